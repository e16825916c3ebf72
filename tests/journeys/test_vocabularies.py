"""A name is corrected once and read right from then on, by the same person only: the real gateway, ingestion and
prediction in one process, with the shipped small network."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from longhand.datasets.synthetic.strokes import draw
from longhand.inference import load
from services.gateway.app import create_app as gateway
from services.gateway.gateway import Gateway
from services.ingestion.app import create_app as ingestion
from services.ingestion.settings import IngestionSettings
from services.prediction.app import create_app as prediction
from services.prediction.settings import PredictionSettings
from tests.gateway.conftest import CHEAP, PASSWORDS, bearer, eventually, make_settings
from tests.prediction.fakes import FolderRegistry
from tests.service import make_var

BUNDLES = Path(__file__).parents[2] / "bundles"
NAME = "Quaedvlieg"
MISREAD = (0, 1, 3, 4)
"""Seeds of pictures of the name that the network does not read right."""


def picture(number: int) -> bytes:
    """The name, written anew each time."""
    file = io.BytesIO()
    Image.fromarray(draw(NAME, np.random.default_rng(MISREAD[number]))).save(file, "PNG")
    return file.getvalue()


@dataclass
class Platform:
    """The three services, called through the gateway."""

    client: httpx.AsyncClient
    gateway: Gateway

    async def call(self, name: str, method: str, path: str, **content: Any) -> httpx.Response:
        form = {"username": name, "password": PASSWORDS[name]}
        token = (await self.client.post("/token", data=form)).json()["access_token"]
        return await self.client.request(method, path, headers=bearer(token), **content)

    async def read(self, number: int, name: str = "user1") -> dict[str, Any]:
        files = {"file": ("a.png", picture(number))}
        answer = await self.call(name, "POST", "/predict", files=files, data={"effort": "fast"})
        return dict(answer.json())

    async def correct(self, reading: str, name: str, method: str = "POST") -> None:
        """Says what the reading shows, or with DELETE takes that back, and waits for its delivery."""
        body = {"json": {"text": NAME}} if method == "POST" else {}
        assert (await self.call(name, method, f"/readings/{reading}/correction", **body)).status_code == 200
        await eventually(lambda: len(self.gateway.outbox) == 0)


@pytest.fixture
async def platform(tmp_path: Path) -> AsyncIterator[Platform]:
    var, registry = make_var(tmp_path), FolderRegistry()
    registry.add("text-fast", 1, BUNDLES / "text-fast")
    registry.deploy("text-fast", 1)
    reading = prediction(PredictionSettings(var=var, poll_seconds=0.02, threads=1), registry=registry, load=load)
    keeping = ingestion(IngestionSettings(var=var))
    transports = {"prediction": httpx.ASGITransport(reading), "ingestion": httpx.ASGITransport(keeping)}
    front = gateway(make_settings(var), passwords=CHEAP, transports=transports)
    async with AsyncExitStack() as stack:
        for app in (keeping, reading, front):
            await stack.enter_async_context(app.router.lifespan_context(app))
        client, inside = [
            await stack.enter_async_context(
                httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")
            )
            for app in (front, reading)
        ]
        while (await inside.get("/readyz")).status_code != 200:
            await asyncio.sleep(0.02)
        yield Platform(client, front.state.gateway)


async def test_a_name_corrected_once_is_read_right_in_other_pictures_by_the_same_person_only(
    platform: Platform,
) -> None:
    before = [await platform.read(number) for number in range(4)]
    others = [await platform.read(number, "reviewer1") for number in range(4)]
    assert NAME not in {one["text"] for one in before}
    await platform.correct(before[0]["id"], "user1")
    after = [await platform.read(number) for number in range(4)]
    assert [one["text"] for one in after] == [NAME] * 4
    assert all(one["vocabulary"] and len(one["characters"]) == len(NAME) for one in after)
    again = [await platform.read(number, "reviewer1") for number in range(4)]
    own = ("text", "confidence", "decision", "alternatives", "characters", "vocabulary")
    assert [[one[name] for name in own] for one in again] == [[one[name] for name in own] for one in others]


async def test_a_withdrawn_correction_and_an_emptied_vocabulary_count_no_longer(platform: Platform) -> None:
    first = await platform.read(0)
    await platform.correct(first["id"], "user1")
    assert (await platform.read(1))["text"] == NAME
    [word] = (await platform.call("user1", "GET", "/users/me/vocabulary")).json()["items"]
    assert (word["word"], word["count"]) == (NAME, 1)
    assert (await platform.call("user1", "DELETE", f"/users/me/vocabulary/{NAME}")).status_code == 204
    assert (await platform.read(1))["text"] != NAME
    await platform.correct(second := (await platform.read(2))["id"], "user1")
    assert (await platform.read(1))["text"] == NAME
    await platform.correct(second, "user1", "DELETE")
    assert (await platform.read(1))["text"] != NAME
