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
from services.prediction.deployment.adapters import Adapters
from services.prediction.deployment.cache import BundleCache
from services.prediction.deployment.loader import BundleLoader
from services.prediction.deployment.people import People
from services.prediction.deployment.pool import MB, Pool
from services.prediction.deployment.retries import Retries
from services.prediction.deployment.served import NetworkExecutor
from services.prediction.deployment.slots import ServedModels
from services.prediction.deployment.watcher import Watcher
from services.prediction.metrics import ReadingMetrics
from tests.ports import free_port
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


def watch(registry: Registry, cache: Path, executor: ThreadPoolExecutor) -> tuple[Watcher, ServedModels]:
    loader = BundleLoader(registry, BundleCache(cache), load, NetworkExecutor(executor, batch=4, queue=4))
    served = ServedModels(People(), Pool(loader, 64 * MB, Retries()))
    adapters = Adapters(registry, cache, 64 * MB)
    return Watcher(loader, served, ReadingMetrics(CollectorRegistry()), [NAME], Retries(), adapters), served


async def read(models: ServedModels, caller: str = "bob") -> str:
    served = models.choose([NAME], "r1", caller).served
    prepared = served.prepare(word())
    return served.recogniser.interpret((await served.answer(prepared)).logits, prepared).text


async def test_a_promotion_is_followed_and_outlives_the_registry(
    mlflow_url: str, tmp_path: Path, executor: ThreadPoolExecutor
) -> None:
    with closing(Registry(mlflow_url)) as registry:
        versions = [register(registry, tmp_path, says) for says in ("one", "two")]
        watcher, served = watch(registry, tmp_path / "cache", executor)
        for epoch, version in enumerate(versions, start=1):
            registry.deploy(NAME, Deployment(epoch=epoch, champion=version))
            await watcher.look()
        assert await read(served) == "two"
    with closing(Registry(f"http://127.0.0.1:{free_port()}")) as nowhere:
        watcher, served = watch(nowhere, tmp_path / "cache", executor)
        await watcher.restore()
        await watcher.look()
        await watcher.check()
        assert await read(served) == "two"
