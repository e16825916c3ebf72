"""Corrections at the gateway: of readings that are delivered, that wait here, and that wait at another gateway."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from longhand.contracts.holdings import Subject
from services.gateway.intake.holdings import Waiting
from tests.gateway.conftest import World, eventually, make_settings, run_world


async def correct(world: World, id: str, name: str = "user1", **body: Any) -> httpx.Response:
    """A correction; `key` is its Idempotency-Key."""
    headers = {"Idempotency-Key": key} if (key := body.pop("key", None)) else {}
    return await world.call(name, "POST", f"/readings/{id}/correction", json=body, headers=headers)


def said(world: World) -> list[str | None]:
    """What ingestion was told, in this order."""
    return [one[3] for one in world.ingestion.corrections.values()]


async def make(world: World, name: str = "user1", **fields: str) -> str:
    """The id of a new reading."""
    id: str = (await world.predict(name, data=fields)).json()["id"]
    return id


@pytest.fixture
async def offline(tmp_path: Path) -> AsyncIterator[World]:
    """A gateway that cannot deliver."""
    async with run_world(make_settings(tmp_path, outbox_limit=5, delivery_seconds=0), ingestion=False) as world:
        yield world


async def test_a_correction_of_a_delivered_reading_is_ingestions_to_take(world: World) -> None:
    id = await make(world)
    await world.delivered()
    answer = await correct(world, id, text="ward")
    assert (answer.status_code, answer.json()["correction"]["state"]) == (200, "stands")
    await correct(world, id, "reviewer1", answer="not_readable")
    assert list(world.ingestion.corrections.values()) == [
        (id, "user1", "user", "ward"),
        (id, "reviewer1", "reviewer", "not_readable"),
    ]
    assert (await world.call("user1", "DELETE", f"/readings/{id}/correction")).json()["correction"] is None
    assert (await correct(world, "nobody", text="ward")).json()["code"] == "unknown_reading"


async def test_a_correction_of_an_undelivered_reading_is_safe_and_shown_and_delivered_after_it_in_order(
    offline: World,
) -> None:
    id = await make(offline)
    for text in ("ward", "Wort"):
        answer = await correct(offline, id, text=text)
        assert (answer.status_code, answer.json()["correction"]["state"]) == (200, "undelivered")
    shown = (await offline.call("user1", "GET", f"/readings/{id}")).json()
    assert (shown["text"], shown["correction"]["text"], shown["correction"]["by"]) == ("word", "Wort", "user1")
    assert (await offline.call("user1", "DELETE", f"/readings/{id}/correction")).status_code == 200
    assert (await offline.call("user1", "GET", f"/readings/{id}")).json()["correction"] is None
    await correct(offline, id, "reviewer1", text="word")
    offline.ingestion.away = False
    await offline.delivered()
    assert said(offline) == ["ward", "Wort", None, "word"]
    assert [one[2] for one in offline.ingestion.corrections.values()] == ["user"] * 3 + ["reviewer"]
    assert not list(offline.gateway.settings.outbox_directory.glob("*.correction"))


async def test_corrections_that_wait_survive_the_process_and_arrive_once(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, delivery_seconds=0)
    async with run_world(settings, ingestion=False) as world:
        id = await make(world)
        for key, text in (("k-1", "ward"), ("k-2", "Wort"), ("k-1", "ward")):
            assert (await correct(world, id, text=text, key=key)).status_code == 200
    async with run_world(settings, ingestion=False) as world:
        assert (await world.call("user1", "GET", f"/readings/{id}")).json()["correction"]["text"] == "Wort"
        assert (await correct(world, id, text="ward", key="k-1")).status_code == 200
        world.ingestion.away = False
        await world.delivered()
        assert said(world) == ["ward", "Wort"]
        assert (await correct(world, id, text="ward", key="k-1")).status_code == 200
        assert said(world) == ["ward", "Wort"]
        assert (await correct(world, id, text="another", key="k-1")).json()["code"] == "idempotency_key_reused"


async def test_what_is_taken_while_its_reading_is_being_delivered_is_not_forgotten(world: World) -> None:
    world.ingestion.slow = 0.3
    id = await make(world)
    await eventually(lambda: world.ingestion.puts == 1)
    await correct(world, id, text="ward")
    await world.delivered()
    assert said(world) == ["ward"]


async def test_a_reading_that_waits_at_another_gateway_can_be_corrected_at_this_one(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        settings = [make_settings(tmp_path, outbox=tmp_path / name) for name in ("first", "second")]
        first, second = [await stack.enter_async_context(run_world(one, ingestion=False)) for one in settings]
        id = await make(first)
        await eventually(lambda: second.gateway.shelf.find(id) is not None)
        assert (await correct(second, id, text="ward")).json()["correction"]["state"] == "undelivered"
        assert (await second.call("user1", "GET", f"/readings/{id}")).json()["correction"]["text"] == "ward"
        second.ingestion.away = False
        await eventually(lambda: len(second.ingestion.headers) > 2)
        assert said(second) == [] and len(second.gateway.outbox) == 1
        first.ingestion.away = False
        await first.delivered()
        second.ingestion.readings |= first.ingestion.readings
        await second.delivered()
        assert said(second) == ["ward"]


async def test_people_correct_their_own_and_reviewers_everybodys_before_delivery_as_after(offline: World) -> None:
    own, other = await make(offline), await make(offline, "admin1")
    assert (await correct(offline, other, text="ward")).json()["code"] == "unknown_reading"
    assert (await correct(offline, other, "reviewer1", text="ward")).status_code == 200
    withdraw = f"/readings/{own}/correction"
    assert (await offline.call("user1", "DELETE", withdraw)).json()["code"] == "not_corrected"
    await correct(offline, own, "reviewer1", text="ward")
    assert (await offline.call("user1", "DELETE", withdraw)).json()["code"] == "forbidden"
    assert (await offline.call("reviewer1", "DELETE", withdraw)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"text": ""},
        {"text": "  \u200b "},
        {"text": "a\tb"},
        {"text": "x" * 501},
        {"text": "a", "answer": "not_readable"},
        {"answer": "text"},
        {"answer": "maybe"},
        {},
    ],
)
async def test_what_cannot_be_a_reading_is_refused(offline: World, body: dict[str, str]) -> None:
    assert (await correct(offline, await make(offline), **body)).status_code == 422


@pytest.mark.parametrize("text", ["Łódź 字", "e\u0301", "نمی\u200cخواهم", "x" * 500, " 1½ ≠ 3 "])
async def test_any_text_that_can_be_written_is_kept(offline: World, text: str) -> None:
    answer = await correct(offline, await make(offline), text=text)
    kept = {"e\u0301": "é", " 1½ ≠ 3 ": "1½ ≠ 3"}.get(text, text)
    assert answer.json()["correction"]["text"] == kept


async def test_one_character_is_corrected_to_one(offline: World) -> None:
    id = await make(offline, task="character")
    assert (await correct(offline, id, text="ab")).json()["code"] == "not_one_glyph"
    assert (await correct(offline, id, text="é")).status_code == 200


async def test_many_corrections_are_answered_one_by_one(world: World) -> None:
    ids = [await make(world) for _ in range(2)]
    await world.delivered()
    items = [
        {"id": ids[0], "text": "ward"},
        {"id": "nobody", "text": "ward"},
        {"id": ids[1], "text": ""},
        {"id": ids[1], "answer": "not_handwriting"},
    ]
    for _ in range(2):
        answer = await world.call(
            "user1", "POST", "/corrections", json={"items": items}, headers={"Idempotency-Key": "k-1"}
        )
        outcomes = answer.json()["items"]
        assert [one["status"] for one in outcomes] == [200, 404, 422, 200]
        assert [one["problem"] and one["problem"]["code"] for one in outcomes] == [
            None, "unknown_reading", "invalid", None,
        ]  # fmt: skip
    assert said(world) == ["ward", "not_handwriting"]


async def test_more_corrections_than_may_wait_are_refused_and_none_of_those_taken_is_lost(offline: World) -> None:
    id = await make(offline)
    statuses = [(await correct(offline, id, text=str(number))).status_code for number in range(6)]
    assert statuses == [200] * 5 + [503]
    offline.ingestion.away = False
    await offline.delivered()
    assert said(offline) == ["0", "1", "2", "3", "4"]


async def test_what_ingestion_never_takes_is_set_aside_and_does_not_hold_up_the_rest(offline: World) -> None:
    id = await make(offline)
    for text in ("refuse me", "ward"):
        await correct(offline, id, text=text)
    offline.ingestion.away = False
    await offline.delivered()
    assert said(offline) == ["ward"]
    refused = offline.gateway.settings.outbox_directory / "refused"
    assert len(list(refused.glob("*.correction"))) == 1
    holding, subject = Waiting(offline.gateway.outbox, offline.gateway.pending), Subject(name="user1")
    assert [held.place for held in holding.delete(subject)] == [f"refused/{id}"] and holding.find(subject) == []


async def test_what_waits_of_a_person_is_deleted_with_its_corrections(offline: World) -> None:
    id = await make(offline)
    await correct(offline, id, text="ward")
    holding = Waiting(offline.gateway.outbox, offline.gateway.pending)
    assert [held.place for held in holding.delete(Subject(name="user1"))] == [id]
    assert not list(offline.gateway.settings.outbox_directory.rglob(f"{id}*"))
    assert len(offline.gateway.outbox) == 0
