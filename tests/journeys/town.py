"""A platform with people who are erased, and with others whose data has to stay."""

import hashlib
import secrets
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from longhand.samples.sides import Side, side_of
from tests.journeys.test_erasure import sign_in
from tests.journeys.test_kills import Person, insist
from tests.platform import RunningPlatform
from tests.prediction.pictures import word

SECONDS = 240
GLYPH = "q"
"""What a reviewer says of every character."""


class Newcomer(Person):
    """A person whom no other test knows."""

    def __init__(self, platform: RunningPlatform, name: str) -> None:
        self._client = insist(lambda: sign_in(platform, name))


@dataclass
class Town:
    """What of those who were erased may nowhere be left, and what of others has to be: pictures by the ids of their
    readings, and which of these were corrected."""

    platform: RunningPlatform
    gone: list[bytes] = field(default_factory=list)
    kept: dict[str, bytes] = field(default_factory=dict)
    judged: set[str] = field(default_factory=set)
    people: dict[str, Person] = field(default_factory=dict)

    def be(self, name: str) -> Person:
        """Somebody who has always been there."""
        if name not in self.people:
            self.people[name] = Person(self.platform, name)
        return self.people[name]

    def close(self) -> None:
        """Everybody goes."""
        for person in self.people.values():
            person.close()

    def settle(self, name: str) -> Newcomer:
        """Somebody comes, sends pictures, and corrects one. The neighbour has sent one of them as well."""
        neighbour, person = self.be("user1"), Newcomer(self.platform, name)
        self.people[name] = person
        mine, shared, secret = _draw(90), _draw(70), f"Quitten{secrets.token_hex(6)}"
        id = _send(person, mine, "text")
        _send(person, shared, "text")
        self.kept[_send(neighbour, shared, "text")] = shared
        person.send("POST", f"/readings/{id}/correction", json={"text": secret})
        self._forget(mine, secret.encode(), secret.casefold().encode())
        return person

    def teach(self, person: Person) -> None:
        """A reviewer corrects a character of the person's and one of the neighbour's, and both are gathered."""
        neighbour, reviewer, admin = map(self.be, ("user1", "reviewer1", "admin1"))
        mine, other = _draw(30), _draw(30)
        ids = _send(person, mine, "character"), _send(neighbour, other, "character")
        for id in ids:
            reviewer.send("POST", f"/readings/{id}/correction", json={"text": GLYPH})
        self._forget(mine)
        self.kept[ids[1]] = other
        self.judged.add(ids[1])
        job = admin.send("POST", "/corrections/gather", json={"task": "character"})["id"]
        wait(lambda: admin.send("GET", f"/jobs/{job}")["status"] in ("succeeded", "failed"))

    def check(self) -> None:
        """Waits until nothing of the erased is left, and looks whether all of the others is there."""
        wait(lambda: not find_left(self.platform.var, self.gone), lambda: find_left(self.platform.var, self.gone))
        neighbour = self.be("user1")
        for id, picture in self.kept.items():
            assert neighbour.ask("GET", f"/readings/{id}/picture").content == picture
        for id in self.judged:
            assert neighbour.send("GET", f"/readings/{id}")["correction"]["text"] == GLYPH

    def _forget(self, picture: bytes, *said: bytes) -> None:
        plant = picture[picture.rindex(b"planted") :]
        self.gone += [plant, hashlib.sha256(picture).hexdigest().encode(), *said]


def find_left(var: Path, needles: Collection[bytes]) -> list[str]:
    """The files below `var` that hold any of these bytes; some go while this looks."""
    found = []
    for path in sorted(var.rglob("*")):
        try:
            content = path.read_bytes() if path.is_file() else b""
        except OSError:
            continue
        found += [path.relative_to(var).as_posix()] if any(needle in content for needle in needles) else []
    return found


def wait(happens: Callable[[], bool], describe: Callable[[], object] = str, seconds: float = SECONDS) -> None:
    """Looks again and again until something happens; `describe` says what is there instead."""
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline, describe()
        time.sleep(0.1)


def _draw(width: int) -> bytes:
    """A picture that is like no other, on the side that is learned from."""
    while True:
        picture = word(width) + f"planted {secrets.token_hex(16)}".encode()
        if side_of(hashlib.sha256(picture).hexdigest()) is Side.TRAIN:
            return picture


def _send(person: Person, picture: bytes, task: str) -> str:
    """The id of the reading, once it is delivered."""
    files, key = {"file": ("p.png", picture)}, secrets.token_hex(8)
    id: str = person.send("POST", "/predict", key, files=files, data={"task": task})["id"]
    wait(lambda: person.ask("GET", f"/readings/{id}/picture").is_success)
    return id
