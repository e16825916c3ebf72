"""What the gateway holds of a person, and its end."""

import hashlib
from pathlib import Path

from longhand.contracts.holdings import Subject
from longhand.servicekit.errors import Invalid
from services.gateway.intake.holdings import Shelved, Waiting
from tests.gateway.conftest import World, eventually


async def test_waiting_and_refused_readings_of_a_person_are_found_and_deleted(world: World) -> None:
    world.ingestion.refusal = Invalid("This will never do.")
    refused = [(await world.predict(name)).json()["id"] for name in ("user1", "admin1")]
    await world.delivered()
    world.ingestion.refusal, world.ingestion.away = None, True
    waiting = [(await world.predict(name)).json()["id"] for name in ("user1", "admin1")]
    holding, subject = Waiting(world.gateway.outbox, world.gateway.pending), Subject(name="user1")
    assert [held.place for held in holding.find(subject)] == [waiting[0], f"refused/{refused[0]}"]
    assert len(holding.delete(subject)) == 2 and holding.find(subject) == []
    folder = world.gateway.settings.outbox_directory
    assert _names(folder) == {f"{id}.{kind}" for id in (waiting[1], refused[1]) for kind in ("json", "picture")}
    Shelved(world.gateway.shelf).delete(subject)
    assert (await world.call("user1", "GET", f"/readings/{waiting[0]}")).status_code == 503
    world.ingestion.away = False
    await world.delivered()
    await eventually(lambda: list(world.ingestion.readings) == [waiting[1]])


async def test_a_refused_picture_whose_owner_cannot_be_read_is_known_by_its_bytes(world: World) -> None:
    folder = world.gateway.settings.outbox_directory / "refused"
    for id in ("mine", "other"):
        (folder / f"{id}.picture").write_bytes(id.encode())
        (folder / f"{id}.json").write_text("{")
    subject = Subject(name="user1", pictures=frozenset({hashlib.sha256(b"mine").hexdigest()}))
    Waiting(world.gateway.outbox, world.gateway.pending).delete(subject)
    assert _names(folder) == {"other.json", "other.picture"}


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*.*")}
