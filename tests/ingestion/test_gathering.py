"""Gathering over HTTP: from corrections to a frozen version, by an admin and by count, once."""

import hashlib
import json
from pathlib import Path

from prometheus_client import CollectorRegistry

from longhand.contracts.accounts import Role
from longhand.samples.files import Files
from longhand.samples.gatherings import Gatherings
from longhand.samples.sides import Side, side_of
from longhand.samples.trust import Rule
from longhand.samples.versions import Versions
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.jobs.working.worker import Worker
from longhand.servicekit.state import open_engine
from services.ingestion.gathering.counting import Counting
from services.ingestion.gathering.wiring import make_gatherer
from services.ingestion.settings import IngestionSettings
from services.ingestion.worker import schedules
from tests.ingestion.conftest import draw
from tests.ingestion.test_readings import make_reading, put
from tests.service import Client

WORDS = ("Genf", "Bern", "Chur", "Zug", "Uri", "Thun", "Biel", "Olten")


def pictures(side: Side) -> list[bytes]:
    """Drawn words that lie on a side."""
    return [draw(word) for word in WORDS if side_of(hashlib.sha256(draw(word)).hexdigest()) is side]


async def take(client: Client, picture: bytes, id: str, text: str, role: Role = Role.REVIEWER) -> None:
    """A reading of Ann's, corrected."""
    await put(client, make_reading(id, picture=picture), picture)
    answer = await client.be("rita", role).post(f"/readings/{id}/correction", json={"text": text})
    assert answer.is_success, answer.text


async def test_what_counts_is_frozen_once_and_can_be_seen_before(
    client: Client, worker: Worker, settings: IngestionSettings
) -> None:
    taught, judging = pictures(Side.TRAIN)[:2], pictures(Side.GATE)[:1]
    for number, picture in enumerate([*taught, *judging]):
        await take(client, picture, f"r-{number}", f"text {number}")
    shown = (await client.be("rita", Role.REVIEWER).get("/corrections/next")).json()
    (seen,) = [one for one in shown if one["task"] == "text"]
    assert (seen["corrections"], seen["new"], seen["people"], seen["gate"], seen["last"]) == (2, 2, 1, 1, None)
    assert "rita" not in json.dumps(shown)
    assert (await client.be("ann", Role.USER).get("/corrections/next")).status_code == 403

    client.be("ada", Role.ADMIN)
    job = await client.job((await client.post("/corrections/gather", json={})).json()["id"], within=500)
    (made,) = job["result"]["gathered"]
    version = Versions(Files(settings.store_url)).get(made["version"])
    assert (version.name, version.private, version.pictures) == ("corrections-text", True, 2)
    rows = map(json.loads, Versions(Files(settings.store_url)).lines(version.version).splitlines())
    assert sorted((row["name"], row["text"], row["split"]) for row in rows) == [
        ("r-0", "text 0", "train"),
        ("r-1", "text 1", "train"),
    ]
    again = await client.job((await client.post("/corrections/gather", json={})).json()["id"], within=500)
    assert again["result"] == {"gathered": []}
    seen = (await client.get("/corrections/next")).json()
    assert [one["new"] for one in seen] == [0, 0] and made["version"] in {one["last"] for one in seen}


async def test_enough_new_corrections_are_gathered_by_themselves_once(
    client: Client, settings: IngestionSettings
) -> None:
    for number, picture in enumerate(pictures(Side.TRAIN)[:2]):
        await take(client, picture, f"r-{number}", "Basel")
    engine = open_engine(settings.state_url)
    try:
        gatherer = make_gatherer(engine, Files(settings.store_url), Rule())
        store = JobStore(engine, "ing")
        registry = CollectorRegistry()
        assert (
            Counting(gatherer, store, 3, registry).look()
            == Counting(gatherer, store, 0, CollectorRegistry()).look()
            == []
        )
        assert registry.get_sample_value("longhand_ingestion_corrections_to_gather", {"task": "text"}) == 2
        first, second = (Counting(gatherer, store, 2, CollectorRegistry()).look() for _ in range(2))
        assert first == second and len(first) == 1
        assert store.get(first[0]).arguments == {"task": "text", "full": False, "reason": "count"}
        assert Gatherings(engine).count() == {}
    finally:
        engine.dispose()


def test_a_schedule_asks_for_all_tasks(tmp_path: Path) -> None:
    (found,) = schedules(IngestionSettings(var=tmp_path, gather_schedule="0 3 * * 0"))
    assert (found.kind, found.arguments) == ("gather", {"task": None, "full": False, "reason": "schedule"})
    assert schedules(IngestionSettings(var=tmp_path)) == []


async def test_a_correction_says_what_it_is_used_for(
    client: Client, worker: Worker, settings: IngestionSettings
) -> None:
    (first, second, *_), (judging, *_) = pictures(Side.TRAIN), pictures(Side.GATE)
    await take(client, first, "r-1", "Genfer See")
    await take(client, judging, "r-2", "77")
    client.be("ada", Role.ADMIN)
    job = await client.job((await client.post("/corrections/gather", json={})).json()["id"], within=500)
    await put(client, make_reading("r-3", picture=second), second)
    await client.be("ann", Role.USER).post("/readings/r-3/correction", json={"text": "Bern"})

    async def use(id: str, name: str = "rita", role: Role = Role.REVIEWER) -> dict[str, object]:
        found: dict[str, object] = (await client.be(name, role).get(f"/readings/{id}/correction/use")).json()
        return found

    taught = await use("r-1")
    assert (taught["words"], taught["part"], taught["gathering"]) == ("learned", "teaches", 1)
    assert taught["dataset"] == job["result"]["gathered"][0]["version"] and taught["gathered_at"]
    assert (await use("r-3"))["part"] == "untrusted"
    assert await use("r-2") | {"words": "none", "part": "judges", "dataset": None} == await use("r-2")
    await client.delete("/vocabulary")
    assert (await use("r-1"))["words"] == "deleted"
    assert (await client.be("eve", Role.USER).get("/readings/r-1/correction/use")).status_code == 404
    await client.be("rita", Role.REVIEWER).delete("/readings/r-1/correction")
    assert await use("r-1") is None
