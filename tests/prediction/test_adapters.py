"""One network for everybody, and an adapter for each person who has corrected."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from longhand.bundles.adapter import Adapter
from services.prediction.deployment.adapters import Adapters
from tests.prediction.fakes import FakeRegistry
from tests.prediction.test_watching import Bench


def build(network: str = "text-1", mark: float = 0.0) -> Adapter:
    """What the fake network's answers show: all of them are a half larger."""
    return Adapter(network, 1.0, np.zeros((2, 2), np.float16), np.array([0.5, mark], np.float16))


@pytest.fixture
def bench(tmp_path: Path, executor: ThreadPoolExecutor) -> Bench:
    registry = FakeRegistry()
    for version in (1, 2, 3):
        registry.add("text", version)
    registry.deploy("text", 1)
    return Bench(registry, tmp_path / "bundles", executor)


async def test_an_adapter_answers_its_person_alone(bench: Bench) -> None:
    bench.registry.assign("text", "ann", 1, build())
    await bench.watcher.look()
    assert await bench.read(caller="ann") == "text-1, adapted"
    assert await bench.read(caller="bob") == "text-1"
    assert bench.pool.size == 0 and bench.registry.downloads == [("text", 1)], "there is one network"


async def test_a_champion_without_the_adapter_answers_until_it_is_fitted_anew(bench: Bench) -> None:
    bench.registry.assign("text", "ann", 1, build())
    await bench.watcher.look()
    bench.registry.deploy("text", 2)
    await bench.watcher.look()
    assert await bench.read(caller="ann") == "text-2"
    bench.registry.assign("text", "ann", 2, build("text-2"))
    await bench.watcher.look()
    assert await bench.read(caller="ann") == "text-2, adapted"


async def test_a_person_with_an_adapter_is_not_in_a_trial(bench: Bench) -> None:
    bench.registry.assign("text", "ann", 1, build())
    bench.registry.deploy("text", 1, challenger=2, share=1.0)
    await bench.watcher.look()
    assert await bench.read(caller="ann") == "text-1, adapted"
    assert await bench.read(caller="bob") == "text-2"


async def test_an_adapter_for_another_network_is_not_used(bench: Bench) -> None:
    bench.registry.assign("text", "ann", 1, build("text-7"))
    await bench.watcher.look()
    assert await bench.read(caller="ann") == "text-1"


async def test_a_person_is_forgotten(bench: Bench) -> None:
    bench.registry.assign("text", "ann", 1, build())
    await bench.watcher.look()
    bench.registry.assign("text", "ann", None)
    await bench.watcher.look()
    assert await bench.read(caller="ann") == "text-1"
    assert list((bench.directory / "text" / "adapters").iterdir()) == []


async def test_a_damaged_file_is_fetched_again(bench: Bench) -> None:
    adapter = build()
    bench.registry.assign("text", "ann", 1, adapter)
    await bench.watcher.look()
    (bench.directory / "text" / "adapters" / adapter.digest).write_bytes(b"?")
    assert await bench.read(caller="ann") == "text-1"
    await bench.watcher.look()
    assert await bench.read(caller="ann") == "text-1, adapted"


async def test_adapters_outlive_a_restart_without_the_registry(bench: Bench) -> None:
    bench.registry.assign("text", "ann", 1, build())
    await bench.watcher.look()
    bench.registry.away = True
    again = bench.restarted()
    await again.watcher.restore()
    assert await again.read(caller="ann") == "text-1, adapted"


async def test_readings_of_many_people_are_read_in_one_batch(bench: Bench) -> None:
    bench.registry.add("text", 1, seconds=0.05)
    for number in range(6):
        bench.registry.assign("text", f"user {number}", 1, build(mark=number))
    await bench.watcher.look()
    read = await asyncio.gather(*(bench.read(f"r{number}", caller=f"user {number}") for number in range(8)))
    assert read == ["text-1, adapted"] * 6 + ["text-1"] * 2
    assert bench.scraped.get_sample_value("longhand_batch_size_sum") == 8
    assert bench.scraped.get_sample_value("longhand_batch_size_count") < 8
    assert bench.scraped.get_sample_value("longhand_adapted_readings_total", {"model": "text"}) == 6


def test_the_least_used_leave_the_memory_and_stay_on_the_disk(tmp_path: Path) -> None:
    registry, made = FakeRegistry(), [build(mark=mark) for mark in range(5)]
    for number, adapter in enumerate(made):
        registry.assign("text", f"user {number}", 1, adapter)
    shown: list[tuple[int, int]] = []
    adapters = Adapters(registry, tmp_path, 3 * made[0].size, lambda count, size: shown.append((count, size)))
    adapters.follow("text", {one.digest for one in made})
    registry.away = True
    for _ in range(2):
        assert all(adapters.find("text", one.digest) is not None for one in made)
    assert max(shown) == (3, 3 * made[0].size)
