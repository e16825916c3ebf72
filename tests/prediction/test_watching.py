import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from longhand.contracts.readings import Task
from services.prediction.deployment.adapters import Adapters
from services.prediction.deployment.cache import BundleCache
from services.prediction.deployment.loader import BundleLoader
from services.prediction.deployment.people import People
from services.prediction.deployment.pool import Pool
from services.prediction.deployment.retries import Retries
from services.prediction.deployment.served import NetworkExecutor
from services.prediction.deployment.slots import ServedModels
from services.prediction.deployment.watcher import Watcher
from services.prediction.errors import ModelNotDeployed, NotReady
from services.prediction.metrics import ReadingMetrics
from services.prediction.reading.lexicons import Lexicons
from services.prediction.reading.reader import Reader, ReadingRequest
from services.prediction.reading.vocabularies import Vocabularies
from tests.prediction.fakes import FakeRegistry, load
from tests.prediction.pictures import word


@dataclass
class Clock:
    """Stands until it is moved."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Bench:
    """A watcher and a reader on one registry and one disk."""

    registry: FakeRegistry
    directory: Path
    executor: ThreadPoolExecutor
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.scraped = CollectorRegistry()
        metrics = ReadingMetrics(self.scraped)
        networks = NetworkExecutor(self.executor, 8, 64, metrics.count_batch)
        loader = BundleLoader(self.registry, BundleCache(self.directory), load, networks, resident=lambda: 0)
        self.pool = Pool(loader, 10**9, Retries(self.clock), metrics.show_personal)
        self.served = ServedModels(People(), self.pool)
        adapters = Adapters(self.registry, self.directory, 10**6, metrics.show_adapters)
        self.watcher = Watcher(loader, self.served, metrics, ["characters", "text"], Retries(self.clock), adapters)
        lists = Lexicons(8, 1000, metrics), Vocabularies(1000, metrics)
        self.reader = Reader(self.served, *lists, adapters, self.executor, metrics, room=64)

    def restarted(self) -> "Bench":
        return Bench(self.registry, self.directory, self.executor)

    async def read(self, reading: str = "r1", task: Task = Task.TEXT, caller: str = "bob") -> str:
        return (await self.reader.read(reading, word(), ReadingRequest(task), caller)).text

    def metric(self, name: str, model: str | None = "text") -> float | None:
        return self.scraped.get_sample_value(name, {"model": model} if model else {})


@pytest.fixture
def bench(tmp_path: Path, executor: ThreadPoolExecutor) -> Bench:
    registry = FakeRegistry()
    for version in (1, 2, 3):
        registry.add("text", version)
    registry.add("characters", 1)
    registry.deploy("text", 1)
    registry.deploy("characters", 1)
    return Bench(registry, tmp_path / "bundles", executor)


async def test_nothing_is_ready_before_the_first_look(bench: Bench) -> None:
    with pytest.raises(NotReady):
        await bench.watcher.check()
    with pytest.raises(ModelNotDeployed):
        await bench.read()


async def test_what_the_records_name_is_loaded_and_reads(bench: Bench) -> None:
    await bench.watcher.look()
    await bench.watcher.check()
    assert await bench.read() == "text-1"
    assert await bench.read(task=Task.CHARACTER) == "characters-1"
    assert (bench.metric("longhand_model_version"), bench.metric("longhand_model_epoch")) == (1, 1)
    assert bench.metric("longhand_champion_readable") == 1


async def test_a_higher_epoch_is_applied_and_a_lower_one_is_not(bench: Bench) -> None:
    await bench.watcher.look()
    old = bench.registry.records["text"]
    bench.registry.deploy("text", 2)
    await bench.watcher.look()
    assert await bench.read() == "text-2"
    bench.registry.records["text"] = old
    await bench.watcher.look()
    assert await bench.read() == "text-2"


async def test_readings_go_on_through_a_promotion(bench: Bench) -> None:
    await bench.watcher.look()
    bench.registry.add("text", 2, seconds=0.01)
    readings = [asyncio.create_task(bench.read(f"r{number}")) for number in range(30)]
    bench.registry.deploy("text", 2)
    await bench.watcher.look()
    readings += [asyncio.create_task(bench.read(f"s{number}")) for number in range(30)]
    texts = await asyncio.gather(*readings)
    assert set(texts[:30]) <= {"text-1", "text-2"}
    assert set(texts[30:]) == {"text-2"}


async def test_a_corrupt_champion_leaves_the_old_one_serving_and_is_tried_again_later(bench: Bench) -> None:
    await bench.watcher.look()
    bench.registry.add("text", 2, broken=True)
    bench.registry.deploy("text", 2)
    await bench.watcher.look()
    await bench.watcher.check()
    assert await bench.read() == "text-1"
    assert bench.metric("longhand_champion_readable") == 0
    downloads = len(bench.registry.downloads)
    await bench.watcher.look()
    assert len(bench.registry.downloads) == downloads
    bench.registry.deploy("text", 3)
    await bench.watcher.look()
    assert await bench.read() == "text-3"
    assert bench.metric("longhand_champion_readable") == 1


async def test_one_damaged_record_holds_up_no_other_model(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    await bench.watcher.look()
    bench.registry.damaged.add("text")
    bench.registry.add("characters", 2)
    bench.registry.deploy("characters", 2)
    await bench.watcher.look()
    await bench.watcher.look()
    assert await bench.read(task=Task.CHARACTER) == "characters-2"
    assert await bench.read() == "text-1"
    (told,) = (record.getMessage() for record in caplog.records)
    assert told.startswith("The tags of text in MLflow are damaged")
    bench.registry.damaged.clear()
    bench.registry.deploy("text", 2)
    await bench.watcher.look()
    assert await bench.read() == "text-2"


async def test_a_champion_that_answers_with_nonsense_never_serves(bench: Bench) -> None:
    await bench.watcher.look()
    bench.registry.add("text", 2, nonsense=True)
    bench.registry.deploy("text", 2)
    await bench.watcher.look()
    assert await bench.read() == "text-1"
    assert bench.metric("longhand_champion_readable") == 0


async def test_a_version_that_cannot_be_had_now_is_had_later(bench: Bench) -> None:
    await bench.watcher.look()
    card = bench.registry.cards.pop(("text", 2))
    bench.registry.deploy("text", 2)
    await bench.watcher.look()
    bench.registry.cards["text", 2] = card
    await bench.watcher.look()
    assert await bench.read() == "text-1"
    bench.clock.now += 1
    await bench.watcher.look()
    assert await bench.read() == "text-2"


async def test_without_a_champion_to_stand_in_it_is_not_ready(bench: Bench) -> None:
    bench.registry.add("text", 1, broken=True)
    await bench.watcher.look()
    with pytest.raises(NotReady, match="text"):
        await bench.watcher.check()
    assert await bench.read(task=Task.CHARACTER) == "characters-1"


async def test_it_restarts_from_its_disk_while_the_registry_is_away(bench: Bench) -> None:
    bench.registry.deploy("text", 2)
    await bench.watcher.look()
    bench.registry.away = True
    again = bench.restarted()
    await again.watcher.restore()
    await again.watcher.look()
    await again.watcher.check()
    assert await again.read() == "text-2"
    assert again.metric("longhand_model_epoch") == 2
    assert again.metric("longhand_registry_reachable", model=None) == 0
    bench.registry.away = False
    await again.watcher.look()
    assert again.metric("longhand_registry_reachable", model=None) == 1


async def test_a_copy_that_rotted_on_disk_is_fetched_again(bench: Bench) -> None:
    await bench.watcher.look()
    (bench.directory / "text" / "1" / "model.onnx").write_bytes(b"rot")
    again = bench.restarted()
    await again.watcher.restore()
    assert await again.read() == "text-1"
    assert bench.registry.downloads.count(("text", 1)) == 2


async def test_a_rotten_copy_is_not_served_while_the_registry_is_away(bench: Bench) -> None:
    await bench.watcher.look()
    (bench.directory / "text" / "1" / "model.onnx").write_bytes(b"rot")
    bench.registry.away = True
    again = bench.restarted()
    await again.watcher.restore()
    await again.watcher.look()
    with pytest.raises(NotReady, match="text"):
        await again.watcher.check()
    bench.registry.away = False
    again.clock.now += 1
    await again.watcher.look()
    await again.watcher.check()


async def test_the_disk_keeps_what_serves_and_its_predecessor(bench: Bench) -> None:
    for version in (1, 2, 3):
        bench.registry.deploy("text", version)
        await bench.watcher.look()
    kept = {path.name for path in (bench.directory / "text").iterdir() if path.is_dir()}
    assert kept == {"2", "3"}


async def test_a_challenger_gets_its_share_and_always_the_same_readings(bench: Bench) -> None:
    bench.registry.deploy("text", 1, challenger=2, share=0.3)
    await bench.watcher.look()
    first = [await bench.read(f"reading-{number}") for number in range(200)]
    again = [await bench.read(f"reading-{number}") for number in range(200)]
    assert first == again
    assert 0.2 < first.count("text-2") / 200 < 0.4


async def test_a_challenger_that_cannot_be_loaded_does_not_hold_up_the_champion(bench: Bench) -> None:
    await bench.watcher.look()
    bench.registry.deploy("text", 2, challenger=9, share=1.0)
    await bench.watcher.look()
    await bench.watcher.check()
    assert await bench.read() == "text-2"
    bench.registry.add("text", 9)
    bench.clock.now += 2
    await bench.watcher.look()
    assert await bench.read() == "text-9"


async def test_the_watch_goes_on_where_the_record_cannot_be_kept(bench: Bench) -> None:
    (bench.directory / "characters" / "deployment.json").mkdir(parents=True)
    watch = asyncio.create_task(bench.watcher.run(0.01))
    await asyncio.sleep(0.05)
    bench.registry.deploy("text", 2)
    for _ in range(500):
        await asyncio.sleep(0.02)
        if bench.metric("longhand_model_version") == 2:
            break
    watch.cancel()
    assert await bench.read() == "text-2"
