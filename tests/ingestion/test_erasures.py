"""A person's data is erased from all that ingestion keeps, once and for good."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from longhand.contracts.accounts import Role
from longhand.samples.blobs import Blobs
from longhand.samples.corrections import Corrections
from longhand.samples.files import Files
from longhand.samples.gathering import lines
from longhand.samples.sides import Side
from longhand.samples.versions import Versions
from longhand.servicekit.jobs.leases import Leases
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.jobs.working.worker import Worker
from longhand.servicekit.state import open_engine, reading
from services.ingestion.settings import IngestionSettings
from tests.ingestion.test_gathering import pictures, take
from tests.ingestion.test_readings import make_reading, put
from tests.service import Client

UNTIL = datetime(2026, 6, 1, tzinfo=UTC)
SECRET = "Quittenmarmelade"


def holds(folder: Path, needle: bytes) -> list[str]:
    """The files below a folder that hold these bytes."""
    return [str(path) for path in sorted(folder.rglob("*")) if path.is_file() and needle in path.read_bytes()]


async def plan(client: Client, person: str = "ann", until: datetime = UNTIL) -> dict[str, Any]:
    answer = await client.be("longhand", Role.ADMIN).get(
        "/erasures/plan", params={"person": person, "until": until.isoformat()}
    )
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


async def test_no_byte_of_a_person_is_left_and_what_they_taught_is_frozen_anew(
    client: Client, worker: Worker, settings: IngestionSettings
) -> None:
    hers, his = pictures(Side.TRAIN)[:2]
    await take(client, hers, "r-1", SECRET)
    await put(client, make_reading("r-2", by="bob", picture=his), his)
    await client.be("rita", Role.REVIEWER).post("/readings/r-2/correction", json={"text": "Chur"})
    gathered = (await client.be("ada", Role.ADMIN).post("/corrections/gather", json={})).json()["id"]
    frozen = (await client.job(gathered, within=500))["result"]["gathered"][0]["version"]

    subject = await plan(client)
    assert (subject["readings"], subject["versions"]) == (["r-1"], [frozen])
    answers = [(await client.put("/erasures/era-1", json=subject)).raise_for_status().json() for _ in range(2)]
    assert answers[0] == answers[1] and answers[0]["rebuild"] == ["text"]
    assert answers[0]["held"] == {"versions": 1, "pictures": 1, "journal": 1}
    assert (await client.get("/erasures")).json() == ["era-1"]

    (one,) = answers[0]["datasets"]
    gone = await client.get(f"/datasets/{frozen}")
    assert (gone.status_code, gone.json()["code"]) == (410, "version_withdrawn") and one["replaced_by"] in gone.text
    assert (await client.get(f"/datasets/{one['replaced_by']}")).json()["pictures"] == 1
    for needle in (hers, SECRET.encode(), subject["pictures"][0].encode()):
        assert holds(settings.var, needle) == []
    assert holds(settings.var, his) and b'"name": "r-2"' in _lines(settings, one["replaced_by"])


async def test_a_gathering_that_had_begun_is_waited_for_and_what_it_has_frozen_is_withdrawn(
    client: Client, settings: IngestionSettings
) -> None:
    hers, files, source = pictures(Side.TRAIN)[0], Files(settings.store_url), {"corrections": "text"}
    await take(client, hers, "r-1", SECRET)
    planned, engine = await plan(client), open_engine(settings.state_url)
    try:
        leases, known = Leases(store := JobStore(engine, "ing")), Corrections(engine, reading).standing()
        early = Versions(files).freeze("early", lines(known, lambda _: ".png"), source).version  # since the plan
        job = store.submit("gather", {}, "ada")
        assert leases.claim(job.id, "w", 60)
        waiting = await client.put("/erasures/era-1", json=planned)
        assert (waiting.status_code, waiting.headers["retry-after"]) == (503, "2") and job.id in waiting.text
        Blobs(files).put(hers)  # it had read what was there, and had all pictures at hand
        late = Versions(files).freeze("late", lines(known, lambda _: ".jpg"), source).version
        assert leases.succeed(job.id, "w", {})
    finally:
        engine.dispose()
    answer = (await client.put("/erasures/era-1", json=planned)).raise_for_status().json()
    assert {one["withdrawn"] for one in answer["datasets"]} == {early, late} and answer["rebuild"] == ["text"]
    assert holds(settings.var, hers) == [] and holds(settings.var, SECRET.encode()) == []


async def test_what_was_sent_before_the_erasure_is_not_taken_after_it_and_what_comes_later_is(
    client: Client, settings: IngestionSettings
) -> None:
    early = make_reading("r-1", picture=b"early")
    await put(client, early, b"early")
    await client.put("/erasures/era-1", json=await plan(client))
    for id in ("r-1", "r-2"):
        late = early.model_copy(update={"id": id})
        assert await put(client, late, b"early") == 410
    assert holds(settings.var, b"early") == []
    answer = await client.be("rita", Role.REVIEWER).post("/readings/r-1/correction", json={"text": "Zug"})
    assert (answer.status_code, answer.json()["code"]) == (410, "erased")
    new = early.model_copy(update={"id": "r-3", "received_at": datetime(2026, 7, 1, tzinfo=UTC)})
    assert await put(client, new, b"early") == 201
    assert (await client.put("/erasures/era-1", json=await plan(client))).is_success
    assert (await client.be("ann", Role.USER).get("/readings/r-3")).is_success


async def test_only_the_gateway_s_admin_may_erase(client: Client) -> None:
    subject = {"name": "ann", "until": UNTIL.isoformat()}
    assert (await client.be("ann", Role.USER).put("/erasures/era-1", json=subject)).status_code == 403
    assert (await client.be("longhand", Role.ADMIN).put("/erasures/era-1", json={"name": "ann"})).status_code == 422


def _lines(settings: IngestionSettings, version: str) -> bytes:
    return (Path(settings.store_url) / "versions" / version / "lines.jsonl").read_bytes()
