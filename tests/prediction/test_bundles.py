"""Real bundles, real sessions, read side by side."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from longhand.inference import load
from longhand.servicekit.keys import create_keys
from longhand.servicekit.tokens import Signer
from services.prediction.app import create_app
from services.prediction.settings import PredictionSettings
from tests.bundles import glyph_guesser, stroke_counter
from tests.prediction.fakes import FolderRegistry
from tests.prediction.pictures import word


@pytest.fixture
def registry(tmp_path: Path) -> FolderRegistry:
    registry = FolderRegistry()
    registry.add("text", 1, stroke_counter(tmp_path / "a", "a"))
    registry.add("text", 2, stroke_counter(tmp_path / "b", "b"))
    registry.add("characters", 1, glyph_guesser(tmp_path / "7", "7"))
    registry.deploy("text", 1)
    registry.deploy("characters", 1)
    return registry


@pytest.fixture
async def client(tmp_path: Path, registry: FolderRegistry) -> AsyncIterator[httpx.AsyncClient]:
    create_keys(tmp_path / "keys")
    app = create_app(PredictionSettings(var=tmp_path, poll_seconds=0.05, threads=1), registry=registry, load=load)
    token = Signer((tmp_path / "keys" / "gateway.pem").read_bytes()).sign("ann", "user", "prediction", 60)
    headers, transport = {"Authorization": f"Bearer {token}"}, httpx.ASGITransport(app)
    client = httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)
    async with app.router.lifespan_context(app), client:
        for _ in range(400):
            if (await client.get("/readyz")).status_code == 200:
                break
            await asyncio.sleep(0.05)
        yield client


async def read(client: httpx.AsyncClient, width: int, **fields: str) -> tuple[int, str, int]:
    response = await client.post("/read", files={"file": ("p.png", word(width))}, data={"id": "r", **fields})
    body = response.json()
    return response.status_code, body.get("text", body.get("code")), body["model"]["version"] if "model" in body else 0


async def test_pictures_of_many_widths_at_once_are_read_as_if_alone(client: httpx.AsyncClient) -> None:
    widths = [40 + 20 * number for number in range(1, 16)]
    alone = [(await read(client, width))[1] for width in widths]
    together = await asyncio.gather(*(read(client, width) for width in widths * 3))
    assert alone == ["a" * ((width - 20 + 19) // 20) for width in widths]
    assert [text for _, text, _ in together] == alone * 3


async def test_a_character_is_read_within_its_charset(client: httpx.AsyncClient) -> None:
    assert await read(client, 60, task="character", charset="digits") == (200, "7", 1)
    assert (await read(client, 60, task="character", charset="lowercase"))[1].islower()


async def test_a_real_version_is_swapped_under_load(client: httpx.AsyncClient, registry: FolderRegistry) -> None:
    read_so_far: list[tuple[int, str, int]] = []

    async def keep_reading() -> None:
        while not read_so_far or read_so_far[-1][2] == 1:
            read_so_far.append(await read(client, 100))

    readers = [asyncio.create_task(keep_reading()) for _ in range(4)]
    await asyncio.sleep(0.1)
    registry.deploy("text", 2)
    await asyncio.wait_for(asyncio.gather(*readers), 30)
    assert set(read_so_far) == {(200, "aaaa", 1), (200, "bbbb", 2)}


async def test_a_network_that_is_cut_short_never_serves(
    client: httpx.AsyncClient, registry: FolderRegistry, tmp_path: Path
) -> None:
    bundle = stroke_counter(tmp_path / "cut", "c")
    (bundle / "model.onnx").write_bytes((bundle / "model.onnx").read_bytes()[:100])
    registry.add("text", 3, bundle)
    registry.deploy("text", 3)
    for _ in range(200):
        if 'longhand_champion_readable{model="text"} 0.0' in (await client.get("/metrics")).text:
            break
        await asyncio.sleep(0.05)
    assert (await client.get("/models")).json()["items"][1]["readable"] is False
    assert (await client.get("/readyz")).status_code == 200
    assert await read(client, 100) == (200, "aaaa", 1)
