"""A person's data is erased everywhere, however often it has to be asked for; and it is given to them as an archive."""

import asyncio
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from longhand.contracts.erasures import Erased, Erasure, ErasureStep, LearnedVersion, ReplacedDataset
from longhand.contracts.readings import Task
from longhand.servicekit.state import migrate, open_engine
from services.gateway.erasing.ledger import Ledger
from services.gateway.erasing.metrics import ErasuresCollector
from services.gateway.erasing.table import Records
from tests.gateway.conftest import World, eventually, make_settings, run_world


def prepare(world: World) -> None:
    """What the services will answer."""
    datasets = [ReplacedDataset(withdrawn="v1", replaced_by="v2"), ReplacedDataset(withdrawn="v3")]
    world.ingestion.answer = Erased(held={"pictures": 1}, datasets=datasets, rebuild=[Task("text")])
    models = [LearnedVersion(name="text", version=3, serving=2)]
    world.training.answer = Erased(held={"own models": 1}, models=models, jobs=["trn-1"])


async def finish(world: World, id: str, step: ErasureStep = ErasureStep.DONE) -> Erasure:
    """The record, once an erasure has come to a step; the gateway's own rounds push it as well."""
    async with asyncio.timeout(30):
        while True:
            await world.gateway.eraser.push()
            answer = await world.call("admin1", "GET", f"/erasures/{id}")
            record = Erasure.model_validate_json(answer.raise_for_status().text)
            if record.step is step:
                return record
            await asyncio.sleep(0.05)


async def test_all_services_erase_in_turn_and_the_record_says_what_came_of_it(world: World) -> None:
    prepare(world)
    await world.predict("user1")
    await world.delivered()
    answer = await world.call("user1", "DELETE", "/users/me/data")
    id = answer.json()["id"]
    assert (answer.status_code, answer.headers["location"]) == (202, f"/erasures/{id}")
    done = await finish(world, id)
    assert done.ended_at
    assert done.held == {"ingestion": {"pictures": 1}, "training": {"own models": 1}}
    assert (done.datasets[0].replaced_by, done.models[0].serving) == ("v2", 2)
    assert done.jobs == ["trn-1", "ing-0000"]
    assert world.ingestion.jobs["ing-0000"].arguments == {"task": "text", "full": False, "reason": "erasure"}
    (subject,) = world.training.erased.values()
    assert subject.versions == {"v1", "v3"}, "also what was frozen after the plan"
    assert subject.readings == set(world.ingestion.readings)
    assert list(world.prediction.erased) == [id]
    entries = (await world.call("admin1", "GET", "/audit?action=data.erased")).json()["items"]
    assert [(one["by"], one["subject"], one["detail"]) for one in entries] == [("user1", "user1", id)]


async def test_a_service_that_is_away_or_busy_is_asked_again_and_nothing_is_done_twice(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    prepare(world)
    world.training.busy = True
    id = (await world.call("admin1", "DELETE", "/users/user1/data")).json()["id"]
    await finish(world, id, ErasureStep.TRAINING)
    waits = [one.message for one in caplog.records if "waits at the step" in one.message]
    assert set(waits) == {f"The erasure {id} waits at the step training: A job is being stopped."}
    assert (list(world.ingestion.erased), list(world.prediction.erased)) == ([id], [])
    kept = world.gateway.eraser.records.open()[0].subject
    assert kept.versions == {"v1"}
    world.training.busy = False
    await finish(world, id)
    assert world.gateway.eraser.records.open() == []


async def test_what_waits_is_measured_by_its_step_and_its_age_and_what_is_done_is_counted(world: World) -> None:
    prepare(world)
    world.training.busy = True
    id = (await world.call("user1", "DELETE", "/users/me/data")).json()["id"]
    await finish(world, id, ErasureStep.TRAINING)
    await asyncio.sleep(0.05)
    waiting = await measure(world)
    assert waiting["longhand_gateway_erasures", "training"] == 1 and waiting["longhand_gateway_erasures", "done"] == 0
    age = waiting["longhand_gateway_erasure_age_seconds", "training"]
    assert 0.05 <= age < 60 and waiting["longhand_gateway_erasure_age_seconds", "ingestion"] == 0
    world.training.busy = False
    await finish(world, id)
    done = await measure(world)
    assert done["longhand_gateway_erasures", "training"] == 0 and done["longhand_gateway_erasures", "done"] == 1
    assert done["longhand_gateway_erasure_age_seconds", "training"] == 0


def test_of_those_that_wait_for_the_same_step_the_oldest_tells_the_age(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'state.db'}")
    migrate(engine, "services.gateway")
    records, noon = Records(engine), datetime(2026, 1, 2, 12, tzinfo=UTC)
    for number, minutes in enumerate((30, 90, 60)):
        at = noon - timedelta(minutes=minutes)
        records.add(Erasure(id=f"era-{number}", person="ann", by="ann", at=at))
    _, ages = ErasuresCollector(records, lambda: noon).measure()
    assert {one.labels["step"]: one.value for one in ages.samples}["plan"] == 90 * 60
    engine.dispose()


async def measure(world: World) -> dict[tuple[str, str], float]:
    """What is measured of erasures, by name and step."""
    text = (await world.client.get("/metrics")).text
    samples = [one for family in text_string_to_metric_families(text) for one in family.samples]
    return {(one.name, one.labels["step"]): one.value for one in samples if "_erasure" in one.name}


async def test_an_erasure_goes_on_where_the_gateway_was_killed(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    async with run_world(settings) as world:
        world.prediction.busy = True
        id = (await world.call("user1", "DELETE", "/users/me/data")).json()["id"]
        await finish(world, id, ErasureStep.PREDICTION)
    async with run_world(settings) as world:
        await finish(world, id)
        assert (list(world.ingestion.erased), list(world.prediction.erased)) == ([], [id])


async def test_what_waits_is_erased_and_what_is_sent_afterwards_is_not(world: World) -> None:
    world.ingestion.away = True
    early = (await world.predict("user1", b"early")).json()["id"]
    kept = (await world.predict("admin1", b"early")).json()["id"]
    await world.call("user1", "DELETE", "/users/me/data")
    late = (await world.predict("user1", b"late", headers={"Idempotency-Key": "k"})).json()["id"]
    world.ingestion.away = False
    await world.gateway.eraser.push()
    await world.delivered()
    assert early not in world.gateway.outbox.ids()
    await eventually(lambda: {kept, late} <= set(world.ingestion.readings))


async def test_a_delivery_that_is_refused_as_erased_leaves_nothing(world: World) -> None:
    world.ingestion.erasing = True
    await world.predict("user1", b"too late")
    await world.delivered()
    folder = world.gateway.settings.outbox_directory
    await eventually(lambda: [path.name for path in folder.rglob("*") if path.is_file()] == ["lock"])


async def test_an_answer_of_before_is_not_given_again(world: World) -> None:
    headers = {"Idempotency-Key": "once"}
    for _ in range(2):
        await world.predict("user1", headers=headers)
    assert len(world.prediction.read) == 1
    await world.call("user1", "DELETE", "/users/me/data")
    await world.predict("user1", headers=headers)
    assert len(world.prediction.read) == 2


async def test_a_restored_service_is_asked_again(world: World) -> None:
    id = (await world.call("user1", "DELETE", "/users/me/data")).json()["id"]
    first = await finish(world, id)
    del world.ingestion.erased[id]
    await world.gateway.eraser.review()
    await finish(world, id)
    assert list(world.ingestion.erased) == [id]
    assert world.ingestion.erased[id].until == first.at


async def test_an_erasure_that_a_restored_gateway_has_forgotten_is_done_again(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    async with run_world(settings) as world:
        id = (await world.call("user1", "DELETE", "/users/me/data")).json()["id"]
        await finish(world, id)
    assert [one.id for one in Ledger(settings.erasures_directory).all()] == [id]
    for file in (tmp_path / "gateway").glob("state.db*"):
        file.unlink()
    async with run_world(settings) as world:
        await world.gateway.eraser.review()
        await finish(world, id)
        assert list(world.ingestion.erased) == [id]


async def test_an_erasure_that_cannot_be_written_down_is_not_begun(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    async with run_world(make_settings(tmp_path, erasures=tmp_path / "file" / "erasures")) as world:
        answer = await world.call("user1", "DELETE", "/users/me/data")
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert (await world.call("admin1", "GET", "/erasures")).json()["items"] == []


async def test_who_may_erase_and_see(world: World) -> None:
    assert (await world.call("reviewer1", "DELETE", "/users/user1/data")).status_code == 403
    assert (await world.call("admin1", "DELETE", "/users/nobody/data")).status_code == 404
    id = (await world.call("user1", "DELETE", "/users/me/data")).json()["id"]
    assert (await world.call("user1", "GET", f"/erasures/{id}")).json()["person"] == "user1"
    assert (await world.call("reviewer1", "GET", f"/erasures/{id}")).status_code == 404
    assert (await world.call("user1", "GET", "/erasures")).status_code == 403
    assert [one["id"] for one in (await world.call("admin1", "GET", "/erasures")).json()["items"]] == [id]


async def test_a_person_gets_all_of_theirs_as_an_archive(world: World) -> None:
    world.ingestion.words["user1"] = ["Quitte"]
    for picture in (b"one", b"two", b"one"):
        await world.predict("user1", picture)
    await world.predict("admin1", b"other")
    await world.delivered()
    answer = await world.call("user1", "GET", "/users/me/data")
    assert answer.headers["content-type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    pictures = [archive.read(name) for name in archive.namelist() if name.startswith("pictures/")]
    rows = [json.loads(row) for row in archive.read("readings.jsonl").splitlines()]
    assert sorted(pictures) == [b"one", b"two"] and [row["by"] for row in rows] == ["user1"] * 3
    assert archive.read("corrections.jsonl") == b"" and b"Quitte" in archive.read("vocabulary.jsonl")
    assert json.loads(archive.read("models.json"))["items"] == []
