"""A person with a planted picture is erased: no byte of it is left below `var`, and everybody else's stays."""

import hashlib
import secrets
import time
from pathlib import Path

import httpx
import pytest

from tests.platform import RunningPlatform
from tests.prediction.pictures import word

pytestmark = pytest.mark.timeout(400)  # the first of them starts the platform
SECONDS = 90
NAME = "zwetschge7"
PASSWORD = "a long enough password"
SECRET = "Quittenmarmelade"
NAMED = ("gateway/state.db", "ingestion/state.db", "training/state.db", "erasures/", "mlflow", "prediction/")
"""Where a person's name may stay: accounts, audit log, the records of who was erased when, and the feed that says that
they have no version of their own."""


def sign_in(platform: RunningPlatform, name: str = NAME) -> httpx.Client:
    """A client of a person whom no other test knows."""
    with platform.client("admin1") as admin:
        new = {"name": name, "password": PASSWORD, "role": "user"}
        assert admin.post("/users", json=new).status_code in (201, 409)
    login = {"username": name, "password": PASSWORD}
    answer = httpx.post(f"{platform.url('gateway')}/token", data=login, trust_env=False, timeout=30)
    headers = {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}
    return httpx.Client(base_url=platform.url("gateway"), trust_env=False, timeout=60, headers=headers)


def send(client: httpx.Client, picture: bytes) -> str:
    """The id of the reading; a busy machine is asked again."""
    files, deadline = {"file": ("word.png", picture, "image/png")}, time.monotonic() + SECONDS
    while (answer := client.post("/predict", files=files)).status_code == 503 and time.monotonic() < deadline:
        time.sleep(0.5)
    id: str = answer.raise_for_status().json()["id"]
    return id


def await_end(client: httpx.Client, id: str) -> dict[str, object]:
    """The record of an erasure that is done."""
    deadline = time.monotonic() + SECONDS
    while (record := client.get(f"/erasures/{id}").raise_for_status().json())["step"] != "done":
        assert time.monotonic() < deadline, record
        time.sleep(0.2)
    found: dict[str, object] = record
    return found


def holders(var: Path, needle: bytes) -> list[str]:
    """The files below `var` that hold these bytes; some go while this looks."""
    found = []
    for path in sorted(var.rglob("*")):
        try:
            if path.is_file() and needle in path.read_bytes():
                found.append(path.relative_to(var).as_posix())
        except OSError:
            continue
    return found


def await_none(var: Path, needle: bytes) -> None:
    """Looks until no file holds these bytes: the log of the last database is emptied just after the record says so."""
    deadline = time.monotonic() + SECONDS
    while found := holders(var, needle):
        assert time.monotonic() < deadline, found
        time.sleep(0.2)


def test_no_byte_of_an_erased_person_is_left_and_what_somebody_else_sent_stays(platform: RunningPlatform) -> None:
    plant = f"planted {secrets.token_hex(16)}".encode()
    planted, shared = word(90) + plant, word(70) + b"shared " + plant
    with sign_in(platform) as person, platform.client("user1") as other:
        mine, ours, theirs = send(person, planted), send(person, shared), send(other, shared)
        said = person.post(f"/readings/{mine}/correction", json={"text": SECRET})
        assert said.is_success and holders(platform.var, plant)
        record = await_end(person, person.delete("/users/me/data").json()["id"])
        held = record["held"]
        assert isinstance(held, dict) and sum(count for counts in held.values() for count in counts.values()) >= 3
        for gone in (mine, ours):
            assert person.get(f"/readings/{gone}").status_code in (404, 410)
        assert person.get("/readings").json()["items"] == []
        assert person.get("/users/me/vocabulary").json()["items"] == []
        assert other.get(f"/readings/{theirs}/picture").content == shared
    key = hashlib.sha256(planted).hexdigest().encode()
    for needle in (planted, SECRET.encode(), SECRET.casefold().encode(), key):
        await_none(platform.var, needle)
    left = [path for path in holders(platform.var, plant) if not path.startswith("store/blobs/")]
    assert left == [] and holders(platform.var, shared)
    assert [path for path in holders(platform.var, NAME.encode()) if not path.startswith(NAMED)] == []
