"""Readings that were kept: delivered at least once, shown to whom they belong."""

import asyncio
import json
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from longhand.contracts.readings import NewReading
from longhand.servicekit.errors import Invalid
from services.gateway.errors import OutboxBusy, OutboxUnwritable
from services.gateway.intake.outbox import Outbox
from services.gateway.intake.pending import PendingSpool
from services.gateway.intake.spool import Spool
from tests.gateway.conftest import World, eventually, make_settings, run_world


async def test_a_reading_is_delivered_and_then_forgotten_here(world: World) -> None:
    reading = (await world.predict()).json()
    await world.delivered()
    assert list(world.ingestion.readings) == [reading["id"]]
    folder = world.gateway.settings.outbox_directory
    await eventually(lambda: {path.name for path in folder.iterdir()} == {"lock", "refused"})


async def test_the_picture_is_written_while_prediction_runs(world: World) -> None:
    world.prediction.open.clear()
    call = asyncio.create_task(world.predict())
    folder = world.gateway.settings.outbox_directory
    await eventually(lambda: bool(world.prediction.read) and bool(list(folder.glob("*.picture"))))
    assert not list(folder.glob("*.json")) and not call.done()
    world.prediction.open.set()
    assert (await call).status_code == 200


async def test_a_reading_can_be_fetched_before_it_is_delivered(world: World) -> None:
    world.ingestion.away = True
    reading = (await world.predict()).json()
    for name in ("user1", "reviewer1", "admin1"):
        shown = await world.call(name, "GET", f"/readings/{reading['id']}")
        assert (shown.status_code, shown.json()["text"], shown.json()["by"]) == (200, "word", "user1")
    theirs = (await world.predict("admin1")).json()
    hidden = await world.call("user1", "GET", f"/readings/{theirs['id']}")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "unknown_reading")
    world.ingestion.away = False
    await world.delivered()
    shown = await world.call("user1", "GET", f"/readings/{reading['id']}")
    assert shown.json()["text"] == "word"
    assert (await world.call("user1", "GET", f"/readings/{theirs['id']}")).status_code == 404


async def test_readings_are_listed_one_s_own_or_everybody_s_by_role(world: World) -> None:
    for name in ("user1", "user1", "admin1"):
        await world.predict(name)
    await world.delivered()
    own = (await world.call("user1", "GET", "/readings")).json()["items"]
    assert [reading["by"] for reading in own] == ["user1", "user1"]
    for name in ("reviewer1", "admin1"):
        assert len((await world.call(name, "GET", "/readings")).json()["items"]) == 3
        assert len((await world.call(name, "GET", "/readings?by=admin1&limit=1")).json()["items"]) == 1
    answer = await world.call("user1", "GET", "/readings?by=admin1")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_a_list_is_narrowed_by_what_ingestion_is_asked(world: World) -> None:
    asked = {
        "task": "text", "decision": "review", "document": "form 7", "writer": "w", "since": "2026-01-01T00:00:00Z",
        "until": "2026-02-01T00:00:00+01:00", "corrected": "true", "contains": "a%", "cursor": "7", "limit": "2",
    }  # fmt: skip
    assert (await world.call("reviewer1", "GET", "/readings", params=asked)).status_code == 200
    assert world.ingestion.queries == [asked | {"until": "2026-01-31T23:00:00Z"}]
    await world.call("user1", "GET", "/readings", params={"contains": "b"})
    assert world.ingestion.queries[1] == {"contains": "b", "by": "user1", "limit": "50"}


@pytest.mark.parametrize(
    "asked", ["cursor=%00", "cursor=9223372036854775808", "document=%00", "writer=a%00", "author=x"]
)
async def test_a_list_that_cannot_be_asked_for_is_refused_before_ingestion_is_asked(world: World, asked: str) -> None:
    answer = await world.call("user1", "GET", f"/readings?{asked}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert not world.ingestion.queries


async def test_the_picture_is_shown_to_whom_the_reading_is_delivered_or_not(world: World) -> None:
    world.ingestion.away = True
    drawn = b"\x89PNG\r\n\x1a\n drawn"
    id = (await world.predict(picture=drawn)).json()["id"]
    html = (await world.predict(picture=b"<html><script>alert(1)</script>")).json()["id"]
    for name in ("user1", "reviewer1"):
        shown = await world.call(name, "GET", f"/readings/{id}/picture")
        assert (shown.status_code, shown.content, shown.headers["content-type"]) == (200, drawn, "image/png")
        assert shown.headers["x-content-type-options"] == "nosniff"
    plain = await world.call("user1", "GET", f"/readings/{html}/picture")
    assert plain.headers["content-type"] == "application/octet-stream"
    theirs = (await world.predict("admin1")).json()["id"]
    hidden = await world.call("user1", "GET", f"/readings/{theirs}/picture")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "unknown_reading")
    world.ingestion.away = False
    await world.delivered()
    await eventually(lambda: world.gateway.shelf.find(id) is None)
    shown = await world.call("user1", "GET", f"/readings/{id}/picture")
    assert (shown.content, shown.headers["content-type"]) == (drawn, "image/webp")
    assert (await world.call("user1", "GET", "/readings/abc/picture")).status_code == 404


async def test_readings_of_a_service_that_is_away_are_503(world: World) -> None:
    world.ingestion.away = True
    for path in ("/readings", "/readings/abc", "/readings/abc/picture"):
        assert (await world.call("user1", "GET", path)).status_code == 503


@pytest.mark.parametrize("id", ["%2e%2e", "a b", "a" * 65, ".hidden", "a_b", "%00"])
async def test_ids_that_are_none_are_refused_before_anybody_is_asked(world: World, id: str) -> None:
    asked = len(world.ingestion.headers)
    answer = await world.call("user1", "GET", f"/readings/{id}")
    assert 400 <= answer.status_code < 500
    assert len(world.ingestion.headers) == asked


async def test_a_full_outbox_refuses_and_loses_nothing(tmp_path: Path) -> None:
    async with run_world(make_settings(tmp_path, outbox_limit=2), ingestion=False) as world:
        accepted = [(await world.predict()).json()["id"] for _ in range(2)]
        refused = await world.predict()
        assert (refused.status_code, refused.json()["code"]) == (503, "outbox_full")
        assert int(refused.headers["retry-after"]) > 0
        assert len(world.prediction.read) == 2
        assert (await world.predict(data={"keep": "false"})).status_code == 200
        world.ingestion.away = False
        await world.delivered()
        assert set(world.ingestion.readings) == set(accepted)
        assert (await world.predict()).status_code == 200


async def test_places_are_counted_while_readings_are_being_made(tmp_path: Path) -> None:
    async with run_world(make_settings(tmp_path, outbox_limit=2), ingestion=False) as world:
        await world.call("user1", "GET", "/users/me")
        answers = await asyncio.gather(*(world.predict() for _ in range(6)))
        assert sorted(answer.status_code for answer in answers) == [200, 200, 503, 503, 503, 503]


async def test_deliveries_are_tried_again_until_ingestion_is_back(world: World) -> None:
    world.ingestion.away = True
    ids = [(await world.predict()).json()["id"] for _ in range(3)]
    await eventually(lambda: b'outbox_deliveries_total{result="postponed"}' in world.gateway.metrics.render())
    assert len(world.gateway.outbox) == 3 and not world.ingestion.readings
    world.ingestion.away = False
    await world.delivered()
    assert set(world.ingestion.readings) == set(ids)


async def test_a_reading_that_ingestion_never_takes_is_set_aside_not_lost(world: World) -> None:
    world.ingestion.refusal = Invalid("This will never do.")
    id = (await world.predict()).json()["id"]
    await world.delivered()
    refused = world.gateway.settings.outbox_directory / "refused"
    assert {path.name for path in refused.iterdir()} == {f"{id}.json", f"{id}.picture"}
    assert world.gateway.outbox.refused() == 1
    world.ingestion.refusal = None
    await world.predict()
    await world.delivered()
    assert len(world.ingestion.readings) == 1


async def test_readings_survive_a_restart_and_keep_their_id(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    key = {"Idempotency-Key": "k"}
    async with run_world(settings, ingestion=False) as world:
        first = await world.predict(headers=key)
    async with run_world(settings, ingestion=False) as world:
        assert (await world.predict(headers=key)).content == first.content
        assert not world.prediction.read
        world.ingestion.away = False
        await world.delivered()
        assert list(world.ingestion.readings) == [first.json()["id"]]
    async with run_world(settings) as world:
        assert (await world.predict(headers=key)).json()["id"] == first.json()["id"]


async def test_a_stop_waits_until_what_was_accepted_is_delivered(tmp_path: Path) -> None:
    async with run_world(make_settings(tmp_path)) as world:
        world.ingestion.slow = 0.2
        ids = {(await world.predict()).json()["id"] for _ in range(6)}
        assert len(world.ingestion.readings) < 6
    assert set(world.ingestion.readings) == ids


@pytest.mark.parametrize(("away", "slow"), [(True, 0.0), (False, 8.0)])
async def test_a_stop_waits_no_longer_than_is_of_use(tmp_path: Path, away: bool, slow: float) -> None:
    settings = make_settings(tmp_path, delivery_seconds=1)
    async with run_world(settings) as world:
        world.ingestion.away, world.ingestion.slow = away, slow
        id = (await world.predict()).json()["id"]
        begin = time.monotonic()
    assert time.monotonic() - begin < 5 and not world.ingestion.readings
    assert (settings.outbox_directory / f"{id}.json").exists()


async def test_an_outbox_has_one_owner(tmp_path: Path) -> None:
    async with run_world(make_settings(tmp_path)):
        with pytest.raises(OutboxBusy, match="LONGHAND_GATEWAY_OUTBOX"):
            async with run_world(make_settings(tmp_path)):
                pass
    async with run_world(make_settings(tmp_path)):
        pass


def make_reading(id: str) -> NewReading:
    """A reading to be kept."""
    return NewReading.model_validate(
        {
            "id": id, "task": "text", "text": "a", "confidence": 1, "decision": "accept", "elapsed_ms": 1,
            "model": {"name": "text", "version": 1}, "by": "user1", "picture": "0" * 64,
            "received_at": datetime.now(UTC),
        }
    )  # fmt: skip


def test_what_was_never_completed_is_cleared_and_what_was_stays(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.open()
    for id in ("whole", "torn"):
        spool.write_picture(id, b"picture")
    spool.complete(make_reading("whole"))
    (tmp_path / ".torn.json.7.ab").write_text("{")
    (tmp_path / "damaged.json").write_text("{")
    (tmp_path / "damaged.picture").write_bytes(b"x")
    (tmp_path / "alone.json").write_text(make_reading("alone").model_dump_json())
    spool.close()
    again = Spool(tmp_path)
    assert [reading.id for reading in again.open()] == ["whole"]
    assert again.picture("whole") == b"picture"
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["lock", "refused", "whole.json", "whole.picture"]
    assert again.refused() == 2
    again.close()


async def test_a_disk_that_takes_nothing_is_said_before_the_client_believes(tmp_path: Path) -> None:
    folder = tmp_path / "outbox"
    outbox = Outbox(Spool(folder), PendingSpool(folder), 5)
    await outbox.open()
    shutil.rmtree(folder)
    with pytest.raises(OutboxUnwritable):
        async with outbox.draft("a", b"picture") as draft:
            await draft.digest()
    folder.mkdir()
    with pytest.raises(OutboxUnwritable):
        async with outbox.draft("b", b"picture") as draft:
            await draft.digest()
            shutil.rmtree(folder)
            await draft.keep(make_reading("b"))
    assert len(outbox) == 0
    outbox.close()


async def test_a_reading_delivered_meanwhile_is_found_where_it_went(world: World) -> None:
    world.ingestion.away = True
    id = (await world.predict()).json()["id"]
    folder = world.gateway.settings.outbox_directory
    stored = json.loads((folder / f"{id}.json").read_text())
    world.ingestion.readings[id] = (NewReading.model_validate(stored), b"word")
    (folder / f"{id}.json").unlink()
    world.ingestion.away = False
    assert (await world.call("user1", "GET", f"/readings/{id}")).json()["text"] == "word"
