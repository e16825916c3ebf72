"""The watcher on the real registry: what a fake would promise too easily."""

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from longhand.contracts.models import Deployment
from longhand.registry.registry import Registry
from services.prediction.deployment.cache import BundleCache
from services.prediction.deployment.loader import Dock
from services.prediction.deployment.retries import Retries
from services.prediction.deployment.slots import Lane, Roster
from services.prediction.deployment.watcher import Watcher
from services.prediction.metrics import ReadingMetrics
from tests.mlflow import free_port
from tests.prediction.fakes import load
from tests.prediction.pictures import word

NAME = f"text-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def register(registry: Registry, directory: Path, says: str) -> int:
    bundle = directory / says
    bundle.mkdir()
    (bundle / "card.json").write_text(json.dumps({"says": says}))
    (bundle / "model.onnx").write_bytes(says.encode())
    return registry.register(NAME, bundle, {}, {}, {})


def watch(registry: Registry, cache: Path, executor: ThreadPoolExecutor) -> tuple[Watcher, Roster]:
    roster = Roster()
    dock = Dock(registry, BundleCache(cache), load, Lane(executor, size=4, room=4))
    return Watcher(dock, roster, ReadingMetrics(CollectorRegistry()), [NAME], Retries()), roster


async def read(roster: Roster) -> str:
    served, _ = roster.post(NAME).choose("r1")
    prepared = served.prepare(word())
    return served.recogniser.interpret(await served.answer(prepared), prepared).text


async def test_a_promotion_is_followed_and_outlives_the_registry(
    mlflow_url: str, tmp_path: Path, executor: ThreadPoolExecutor
) -> None:
    with closing(Registry(mlflow_url)) as registry:
        versions = [register(registry, tmp_path, says) for says in ("one", "two")]
        watcher, roster = watch(registry, tmp_path / "cache", executor)
        for epoch, version in enumerate(versions, start=1):
            registry.deploy(NAME, Deployment(epoch=epoch, champion=version))
            await watcher.look()
        assert await read(roster) == "two"
    with closing(Registry(f"http://127.0.0.1:{free_port()}")) as nowhere:
        watcher, roster = watch(nowhere, tmp_path / "cache", executor)
        await watcher.restore()
        await watcher.look()
        await watcher.check()
        assert await read(roster) == "two"
