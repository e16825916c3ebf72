"""The outbox as it lies on disk: what it holds outlives the process.

<folder>/<id>.picture   the bytes as they were sent
<folder>/<id>.json      the reading; an entry exists from the moment that this name does
<folder>/lock           held by the process that uses the folder; its content is the folder's name among others
<folder>/refused/       entries that ingestion will never take, kept for a person to look at
"""

import errno
import fcntl
import hashlib
import secrets
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from longhand.contracts.readings import NewReading
from longhand.durable import write
from services.gateway.errors import OutboxBusy


class Spool:
    """A folder of readings, each whole or absent, whenever the process dies. One process at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._refused = folder / "refused"
        self._lock: BinaryIO | None = None
        self.name = ""

    def open(self) -> list[NewReading]:
        """Locks the folder, clears what was never completed, and answers what waits, oldest first.

        Raises OutboxBusy where another process holds the folder.
        """
        self._refused.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(self._folder / "lock")
        self.name = _name(self._lock)
        for torn in self._folder.glob(".*"):
            torn.unlink()
        waiting = [reading for path in self._folder.glob("*.json") if (reading := self._load(path))]
        known = {reading.id for reading in waiting}
        for picture in self._folder.glob("*.picture"):
            if picture.stem not in known:
                picture.unlink()
        return sorted(waiting, key=lambda reading: reading.received_at)

    def close(self) -> None:
        """Gives the folder free."""
        if self._lock:
            self._lock.close()

    def write_picture(self, id: str, picture: bytes) -> str:
        """Puts the picture safely on disk; answers its SHA-256. No entry exists yet."""
        self._write(f"{id}.picture", picture)
        return hashlib.sha256(picture).hexdigest()

    def complete(self, reading: NewReading) -> None:
        """Makes the entry: after this it survives anything that the disk survives."""
        self._write(f"{reading.id}.json", reading.model_dump_json().encode())

    def reading(self, id: str) -> NewReading:
        """The reading of an entry. Raises FileNotFoundError where there is none."""
        return NewReading.model_validate_json((self._folder / f"{id}.json").read_bytes())

    def picture(self, id: str) -> bytes:
        """The picture of an entry. Raises FileNotFoundError where there is none."""
        return (self._folder / f"{id}.picture").read_bytes()

    def discard(self, id: str) -> None:
        """Removes an entry, or a picture whose entry was never made."""
        (self._folder / f"{id}.json").unlink(missing_ok=True)
        (self._folder / f"{id}.picture").unlink(missing_ok=True)

    def set_aside(self, id: str) -> None:
        """Moves an entry out of the way, to be looked at by a person."""
        for suffix in (".picture", ".json"):
            path = self._folder / f"{id}{suffix}"
            if path.exists():
                path.rename(self._refused / path.name)

    def refused(self) -> int:
        """How many entries lie set aside."""
        return sum(1 for _ in self._refused.glob("*.json"))

    def of(self, name: str, pictures: frozenset[str], until: datetime | None = None) -> list[str]:
        """The entries of an account, received until then, refused ones as `refused/<id>`.

        A refused one that names no account counts where the SHA-256 of its picture is among `pictures`.
        """
        waiting = [path.stem for path in self._folder.glob("*.json") if _is_by(_try(path), name, until)]
        stems = {path.with_suffix("") for path in self._refused.iterdir() if path.suffix != ".correction"}
        refused = [stem.name for stem in stems if _is_of(stem, name, pictures, until)]
        return sorted(waiting) + [f"refused/{id}" for id in sorted(refused)]

    def _write(self, name: str, content: bytes) -> None:
        if not self._folder.is_dir():  # the folder is made once, when it is opened: what took it away may be a mistake
            raise FileNotFoundError(errno.ENOENT, "the folder is gone")
        write(self._folder / name, content)

    def _load(self, path: Path) -> NewReading | None:
        if path.with_suffix(".picture").exists():
            try:
                return NewReading.model_validate_json(path.read_bytes())
            except ValidationError:
                pass
        self.set_aside(path.stem)
        return None


def _try(path: Path) -> NewReading | None:
    """The reading of an entry; none where it cannot be read."""
    try:
        return NewReading.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def _is_by(reading: NewReading | None, name: str, until: datetime | None) -> bool:
    return reading is not None and reading.by == name and (until is None or reading.received_at <= until)


def _is_of(stem: Path, name: str, pictures: frozenset[str], until: datetime | None) -> bool:
    if reading := _try(stem.with_suffix(".json")):
        return _is_by(reading, name, until)
    picture = stem.with_suffix(".picture")
    return picture.exists() and hashlib.sha256(picture.read_bytes()).hexdigest() in pictures


def _lock(path: Path) -> BinaryIO:
    file = path.open("ab+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise OutboxBusy(
            f"Another gateway uses the outbox {path.parent}: stop it, or give this one a folder of its own "
            "with LONGHAND_GATEWAY_OUTBOX."
        ) from None
    return file


def _name(lock: BinaryIO) -> str:
    """A name for the folder, made once and kept in its lock file."""
    lock.seek(0)
    if not (name := lock.read().decode()):
        name = secrets.token_hex(16)
        lock.write(name.encode())
        lock.flush()
    return name
