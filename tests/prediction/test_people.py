"""Versions that serve one person each."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.prediction.fakes import FakeRegistry
from tests.prediction.test_watching import Bench


@pytest.fixture
def bench(tmp_path: Path, executor: ThreadPoolExecutor) -> Bench:
    registry = FakeRegistry()
    for version in range(1, 10):
        registry.add("text", version)
    registry.deploy("text", 1)
    return Bench(registry, tmp_path / "bundles", executor)


async def test_a_person_is_answered_by_their_own_version_and_others_by_the_champion(bench: Bench) -> None:
    bench.registry.assign("text", "ann", 3)
    await bench.watcher.look()
    assert await bench.read(caller="ann") == "text-1", "until it is loaded, the champion answers"
    await bench.pool.settle()
    assert await bench.read(caller="ann") == "text-3"
    assert await bench.read(caller="bob") == "text-1"


async def test_a_version_that_serves_everybody_is_not_loaded_twice(bench: Bench) -> None:
    bench.registry.assign("text", "ann", 1)
    await bench.watcher.look()
    assert await bench.read(caller="ann") == "text-1"
    assert bench.pool.pinned("text") == set() and bench.registry.downloads == [("text", 1)]


async def test_only_what_changed_is_asked_for(bench: Bench) -> None:
    for number in range(5000):
        bench.registry.assign("text", f"user {number}", 2)
    await bench.watcher.look()
    await bench.watcher.look()
    bench.registry.assign("text", "user 7", 3)
    bench.registry.assign("text", "user 8", None)
    await bench.watcher.look()
    assert bench.registry.asked == [0, 5000]
    people = bench.served.people
    assert [people.version("text", f"user {number}") for number in (6, 7, 8)] == [2, 3, None]


async def test_another_registry_is_read_from_its_beginning(bench: Bench) -> None:
    for user in ("ann", "bob", "eve"):
        bench.registry.assign("text", user, 2)
    await bench.watcher.look()
    bench.registry.changes["text"] = [("bob", 4, None)]
    await bench.watcher.look()
    assert [bench.served.people.version("text", user) for user in ("ann", "bob")] == [None, 4]


async def test_the_least_used_is_dropped_where_memory_is_short(bench: Bench) -> None:
    for user, version in (("ann", 2), ("bob", 3), ("eve", 4)):
        bench.registry.assign("text", user, version)
    await bench.watcher.look()
    for user in ("ann", "bob"):
        await bench.read(caller=user)
        await bench.pool.settle()
    sizes = [served.size for served in bench.pool.loaded("text")]
    bench.pool.limit = sum(sizes) + max(sizes) // 2
    await bench.read(caller="ann")
    await bench.read(caller="eve")
    await bench.pool.settle()
    assert bench.pool.size <= bench.pool.limit
    assert 3 not in bench.pool.pinned("text"), "bob's was used least"
    assert not (bench.directory / "text" / "3").exists()
    assert await bench.read(caller="bob") == "text-1"


async def test_a_version_larger_than_all_may_be_is_not_kept_and_not_loaded_over_and_over(bench: Bench) -> None:
    bench.registry.assign("text", "ann", 2)
    bench.pool.limit = 10
    await bench.watcher.look()
    for _ in range(5):
        assert await bench.read(caller="ann") == "text-1"
        await bench.pool.settle()
    assert bench.registry.downloads.count(("text", 2)) == 1


async def test_without_memory_for_it_the_champion_serves_everybody(bench: Bench) -> None:
    bench.registry.assign("text", "ann", 2)
    bench.pool.limit = 0
    await bench.watcher.look()
    assert await bench.read(caller="ann") == "text-1"
    assert bench.registry.downloads == [("text", 1)]


async def test_one_that_is_broken_is_tried_again_later(bench: Bench) -> None:
    bench.registry.add("text", 2, broken=True)
    bench.registry.assign("text", "ann", 2)
    await bench.watcher.look()
    assert await bench.read(caller="ann") == "text-1"
    await bench.pool.settle()
    bench.registry.add("text", 2)
    bench.watcher._loader.drop("text", 2)
    bench.clock.now += 2
    await bench.read(caller="ann")
    await bench.pool.settle()
    assert await bench.read(caller="ann") == "text-2"


async def test_a_promotion_leaves_the_bundles_of_people(bench: Bench) -> None:
    bench.registry.assign("text", "ann", 5)
    await bench.watcher.look()
    await bench.read(caller="ann")
    await bench.pool.settle()
    for version in (2, 3, 4):
        bench.registry.deploy("text", version)
        await bench.watcher.look()
    assert await bench.read(caller="ann") == "text-5"
    assert (bench.directory / "text" / "5").is_dir() and not (bench.directory / "text" / "2").exists()


async def test_a_persons_version_that_becomes_champion_is_the_champions_alone(bench: Bench) -> None:
    bench.registry.assign("text", "ann", 5)
    await bench.watcher.look()
    await bench.read(caller="ann")
    await bench.pool.settle()
    bench.registry.deploy("text", 5)
    await bench.watcher.look()
    assert await bench.read(caller="ann") == await bench.read(caller="bob") == "text-5"
    assert bench.pool.size == 0 and (bench.directory / "text" / "5").is_dir()


async def test_who_has_which_version_outlives_a_restart_without_the_registry(bench: Bench) -> None:
    bench.registry.assign("text", "ann", 3)
    await bench.watcher.look()
    await bench.read(caller="ann")
    await bench.pool.settle()
    bench.registry.away = True
    again = bench.restarted()
    await again.watcher.restore()
    await again.read(caller="ann")
    await again.pool.settle()
    assert await again.read(caller="ann") == "text-3"


async def test_what_was_dropped_still_answers_what_began_with_it(bench: Bench) -> None:
    bench.registry.add("text", 2, seconds=0.05)
    bench.registry.assign("text", "ann", 2)
    await bench.watcher.look()
    await bench.read(caller="ann")
    await bench.pool.settle()
    reading = asyncio.create_task(bench.read(caller="ann"))
    await asyncio.sleep(0.01)
    bench.registry.assign("text", "eve", 3)
    await bench.watcher.look()
    bench.pool.limit = bench.pool.size
    await bench.read(caller="eve")
    await bench.pool.settle()
    assert await reading == "text-2"


def test_a_record_that_is_written_whole_is_read_back(bench: Bench) -> None:
    state = bench.served.people.state("text")
    bench.watcher._loader.cache.remember_people("text", state)
    assert bench.watcher._loader.cache.recall_people("text") == state
    (bench.directory / "text" / "personal.json").write_text(json.dumps({"cursor": "?"}))
    assert bench.watcher._loader.cache.recall_people("text") is None
