"""A spoilt model in a canary is found out and withdrawn by itself, and nobody's request fails."""

import asyncio
import io
import itertools
import json
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from PIL import Image
from sklearn.datasets import load_digits

from longhand.bundles.files import CARD, digest
from longhand.bundles.files import MODEL as MODEL_FILE
from longhand.contracts.canaries import Canary, CanaryState
from longhand.contracts.models import Deployment, ModelVersion
from longhand.handwriting.images import decode
from longhand.handwriting.terms import Terms
from longhand.inference import load
from longhand.registry.errors import NotRegistered
from longhand.servicekit.keys import create_keys
from longhand.servicekit.state import migrate, open_engine
from services.gateway.app import create_app as create_gateway
from services.ingestion.app import create_app as create_ingestion
from services.ingestion.settings import IngestionSettings
from services.prediction.app import create_app as create_prediction
from services.prediction.settings import PredictionSettings
from services.training.canary.canaries import CanaryTable
from services.training.canary.deciding import Rules
from services.training.canary.traffic import Traffic
from services.training.canary.watch import Canaries
from services.training.deployment.deployer import Deployer
from tests.gateway.conftest import CHEAP, make_settings
from tests.prediction.fakes import FolderRegistry
from tests.training.fakes import FolderPages

BUNDLES = Path(__file__).parents[2] / "bundles"
MODEL = "characters"
"""The smallest of the shipped models."""

READINGS = 200
SHARE = 0.3


class SharedRegistry(FolderRegistry):
    """What training writes and prediction reads, in one process."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.people = FolderPages(folder)

    def version(self, name: str, version: int) -> ModelVersion:
        if (name, version) not in self.bundles:
            raise NotRegistered(f"There is no version {version} of a model {name}.")
        return ModelVersion(name=name, version=version, created_at=datetime.now(UTC))

    def deployment(self, name: str) -> Deployment | None:
        return self.records.get(name)

    def deploy(self, name: str, deployment: Deployment) -> None:  # type: ignore[override]
        self.records[name] = deployment


@dataclass
class Platform:
    """The gateway, and what is behind it."""

    client: httpx.AsyncClient
    headers: dict[str, str]
    canaries: Canaries

    async def read(self, picture: bytes) -> httpx.Response:
        files, data = {"file": ("glyph.png", picture)}, {"task": "character", "charset": "digits"}
        return await self.client.post("/predict", files=files, data=data, headers=self.headers)

    async def ready(self) -> None:
        """Waits until the champion is loaded."""
        picture = next(digits())[0]
        while (await self.read(picture)).status_code == 503:
            await asyncio.sleep(0.05)

    @property
    def canary(self) -> Canary:
        return self.canaries.table.newest(MODEL)


@asynccontextmanager
async def running(var: Path, challenger: Path) -> AsyncIterator[Platform]:
    """Three services in this process, with the shipped model as champion, and training's canaries beside them."""
    create_keys(var / "keys")
    registry = SharedRegistry(var)
    registry.add(MODEL, 1, BUNDLES / MODEL)
    registry.add(MODEL, 2, challenger)
    registry.deploy(MODEL, Deployment(epoch=1, champion=1))
    prediction = create_prediction(
        PredictionSettings(var=var, poll_seconds=0.05, threads=1, target_seconds=30), registry=registry, load=load
    )
    ingestion = create_ingestion(IngestionSettings(var=var))
    behind = {"prediction": prediction, "ingestion": ingestion}
    gateway = create_gateway(
        make_settings(var), passwords=CHEAP, transports={name: httpx.ASGITransport(app) for name, app in behind.items()}
    )
    engine, journal = (
        open_engine(f"sqlite:///{var / 'training.db'}"),
        open_engine(f"sqlite:///{var}/ingestion/state.db"),
    )
    migrate(engine, "services.training")
    table, rules = CanaryTable(engine), Rules(readings=500, patience=timedelta(hours=24))
    async with AsyncExitStack() as stack:
        for app in (prediction, ingestion, gateway):
            await stack.enter_async_context(app.router.lifespan_context(app))
        client = httpx.AsyncClient(transport=httpx.ASGITransport(gateway), base_url="http://gateway", timeout=60)
        await stack.enter_async_context(client)
        token = (await client.post("/token", data={"username": "user1", "password": "1resu"})).json()["access_token"]
        canaries = Canaries(table, Deployer(engine, registry), Traffic(journal), rules)
        yield Platform(client, {"Authorization": f"Bearer {token}"}, canaries)
    engine.dispose()
    journal.dispose()


def spoil(bundle: Path, to: Path, noise: float) -> Path:
    """A copy of a bundle with noise in its network's weights, as a share of each tensor's own spread."""
    shutil.copytree(bundle, to)
    random, model = np.random.default_rng(7), onnx.load(to / MODEL_FILE)
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.ndim > 1:
            spoilt = values + random.normal(0, noise * values.std(), values.shape).astype(np.float32)
            tensor.CopyFrom(numpy_helper.from_array(spoilt, tensor.name))
    onnx.save(model, to / MODEL_FILE)
    card = json.loads((to / CARD).read_text())
    (to / CARD).write_text(json.dumps(card | {"sha256": digest(to / MODEL_FILE)}))
    return to


def digits() -> Iterator[tuple[bytes, str]]:
    """scikit-learn's handwritten digits as pictures with dark ink on white, and what they show."""
    found = load_digits()
    for pixels, target in zip(found.images, found.target, strict=True):
        gray = (255 - pixels / 16 * 255).astype(np.uint8)
        picture = Image.fromarray(np.pad(gray, 3, constant_values=255)).resize((84, 84), Image.Resampling.BICUBIC)
        buffer = io.BytesIO()
        picture.save(buffer, "PNG")
        yield buffer.getvalue(), str(target)


def count_errors(bundle: Path, shown: list[tuple[bytes, str]]) -> int:
    """How many of the pictures a bundle misreads."""
    found = load(bundle, 1).read([decode(picture) for picture, _ in shown], Terms("digits"))
    return sum(one.text != text for one, (_, text) in zip(found, shown, strict=True))


async def drive(platform: Platform, shown: list[tuple[bytes, str]]) -> tuple[list[httpx.Response], int]:
    """Sends pictures while the canary runs; the answers, and how many there were once the challenger had begun."""
    answers: list[httpx.Response] = []
    begun = 0
    for number, (picture, _) in enumerate(shown, 1):
        answers.append(await platform.read(picture))
        begun += begun > 0 or answers[-1].json().get("model", {}).get("version") == 2
        if number % 20 == 0:
            await asyncio.sleep(0.3)  # for what is on its way to the journal
            await asyncio.to_thread(platform.canaries.look)
            if platform.canary.state is not CanaryState.RUNNING:
                break
    return answers, begun


async def test_a_spoilt_model_is_withdrawn_by_itself_and_no_request_fails(tmp_path: Path) -> None:
    shown = list(itertools.islice(digits(), READINGS + 40))
    spoilt = spoil(BUNDLES / MODEL, tmp_path / "spoilt", noise=0.6)
    good, bad = (count_errors(bundle, shown[:60]) for bundle in (BUNDLES / MODEL, spoilt))
    assert bad >= max(1, 3 * good)
    async with running(tmp_path / "var", spoilt) as platform:
        await platform.ready()
        platform.canaries.start(MODEL, 2, SHARE, "canary", "ada")
        answers, begun = await drive(platform, shown)
        print(f"\nmisread of 60: {good} and {bad}; withdrawn after {begun} readings: {platform.canary.reason}")
        assert platform.canary.state is CanaryState.ROLLED_BACK
        assert begun <= READINGS
        assert {answer.status_code for answer in answers} == {200}
        assert {answer.json()["model"]["version"] for answer in answers} == {1, 2}


@pytest.mark.prove
async def test_a_model_that_is_the_same_is_promoted(tmp_path: Path) -> None:
    shown = [one for _ in range(2) for one in digits()]
    async with running(tmp_path / "var", shutil.copytree(BUNDLES / MODEL, tmp_path / "same")) as platform:
        await platform.ready()
        platform.canaries.start(MODEL, 2, SHARE, "canary", "ada")
        answers, begun = await drive(platform, shown)
        print(f"\npromoted after {begun} readings: {platform.canary.reason}")
        assert platform.canary.state is CanaryState.PROMOTED
        assert {answer.status_code for answer in answers} == {200}
