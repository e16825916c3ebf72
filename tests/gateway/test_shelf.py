"""Two gateways on one database: each shows what waits at the other."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from longhand.contracts.holdings import Subject
from services.gateway.intake.holdings import Shelved
from tests.gateway.conftest import World, eventually, make_settings, run_world


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[tuple[World, World]]:
    """Two gateways with an outbox each, while ingestion is away."""
    async with AsyncExitStack() as stack:
        settings = [make_settings(tmp_path, outbox=tmp_path / name) for name in ("first", "second")]
        first, second = [await stack.enter_async_context(run_world(one, ingestion=False)) for one in settings]
        yield first, second


async def shown(world: World, name: str, path: str, within: float = 10) -> tuple[int, bytes]:
    """The answer, once it is 200; the last one where it never is."""
    deadline = time.monotonic() + within
    while True:
        answer = await world.call(name, "GET", path)
        if answer.status_code == 200 or time.monotonic() > deadline:
            return answer.status_code, answer.content


async def test_a_reading_and_its_picture_are_shown_by_the_other_gateway_before_delivery(
    two: tuple[World, World],
) -> None:
    first, second = two
    await second.call("user1", "GET", "/users/me")
    id = (await first.predict()).json()["id"]
    made = time.time()
    for name in ("user1", "reviewer1"):
        assert (await shown(second, name, f"/readings/{id}"))[0] == 200
        assert await shown(second, name, f"/readings/{id}/picture") == (200, b"word")
    print(f"shown by the other gateway within {time.time() - made:.2f} s")
    theirs = (await first.predict("admin1")).json()["id"]
    assert (await shown(second, "admin1", f"/readings/{theirs}"))[0] == 200
    for path in (f"/readings/{theirs}", f"/readings/{theirs}/picture"):
        assert (await second.call("user1", "GET", path)).status_code == 404


async def test_a_delivered_reading_is_asked_of_ingestion_and_no_copy_is_left(two: tuple[World, World]) -> None:
    first, second = two
    id = (await first.predict()).json()["id"]
    assert (await shown(second, "user1", f"/readings/{id}"))[0] == 200
    first.ingestion.away = False
    await first.delivered()
    await eventually(lambda: first.gateway.shelf.find(id) is None)
    assert (await second.call("user1", "GET", f"/readings/{id}")).status_code == 503


async def test_what_is_delivered_at_once_is_never_copied(world: World) -> None:
    copied: list[str] = []
    for _ in range(5):
        await world.predict()
        await world.delivered()
        copied += world.gateway.shelf.of("user1")
    assert copied == []


async def test_copies_that_an_earlier_process_left_are_removed_and_those_of_others_stay(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, delivery_seconds=0)
    async with run_world(settings, ingestion=False) as world:
        id = (await world.predict()).json()["id"]
        await eventually(lambda: world.gateway.shelf.of("user1") == [id])
        waiting = await world.gateway.outbox.load(id)
        assert waiting
        for name, other in ((world.gateway.outbox.name, "delivered"), ("another gateway", "theirs")):
            copy = waiting[0].model_copy(update={"id": other})
            world.gateway.shelf.put(name, copy, b"word")
    async with run_world(settings, ingestion=False) as world:
        await eventually(lambda: world.gateway.shelf.of("user1") == sorted([id, "theirs"]))


async def test_copies_of_a_person_are_found_and_deleted(two: tuple[World, World]) -> None:
    first, second = two
    ids = {name: (await first.predict(name)).json()["id"] for name in ("user1", "admin1")}
    for name, id in ids.items():
        assert (await shown(second, name, f"/readings/{id}"))[0] == 200
    holding, subject = Shelved(second.gateway.shelf), Subject(name="user1")
    assert [held.place for held in holding.delete(subject)] == [ids["user1"]] and holding.find(subject) == []
    assert first.gateway.shelf.of("admin1") == [ids["admin1"]]
