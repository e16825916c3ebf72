"""Training with a small checkout, a registry of its own and a worker."""

from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from longhand.registry.registry import Registry
from longhand.servicekit.jobs.working.worker import Worker
from services.training.app import create_app
from services.training.settings import TrainingSettings
from services.training.worker import working
from tests.mlflow import mlflow_server
from tests.service import Client, busy, calling, make_var
from tests.training.checkout import make_checkout


@pytest.fixture(scope="session")
def own_mlflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The models are called `text` and `characters` here, so these tests have a server to themselves."""
    with mlflow_server(tmp_path_factory.mktemp("mlflow")) as url:
        yield url


@pytest.fixture
def settings(tmp_path: Path, own_mlflow: str) -> TrainingSettings:
    source = make_checkout(tmp_path / "checkout")
    return TrainingSettings(var=make_var(tmp_path / "var"), source=source, mlflow_url=own_mlflow, lease=2)


@pytest.fixture
async def client(settings: TrainingSettings) -> AsyncIterator[Client]:
    async with calling(create_app(settings), settings.var, "training") as client:
        yield client


@pytest.fixture
def worker(settings: TrainingSettings) -> Iterator[Worker]:
    with working(settings) as worker, busy(worker):
        yield worker


@pytest.fixture
def registry(own_mlflow: str) -> Iterator[Registry]:
    with closing(Registry(own_mlflow)) as registry:
        yield registry
