import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from fastapi import FastAPI

from longhand.handwriting.notices import SENTENCES, Notice
from longhand.servicekit.tokens import Signer
from services.prediction.app import create_app
from services.prediction.settings import PredictionSettings
from tests.drawings import encode
from tests.prediction.fakes import FakeRegistry, load
from tests.prediction.pictures import blank, pages, word


def build(tmp_path: Path, keys: Path, registry: FakeRegistry, **settings: Any) -> FastAPI:
    told = PredictionSettings(var=tmp_path, public_key=keys / "gateway.pub", poll_seconds=0.02, **settings)
    return create_app(told, registry=registry, load=load)


@asynccontextmanager
async def running(app: FastAPI, keys: Path, audience: str = "prediction") -> AsyncIterator[httpx.AsyncClient]:
    """A client with the gateway's token, once the app is ready or has had time for it."""
    token = Signer((keys / "gateway.pem").read_bytes()).sign("ann", "user", audience, 60)
    transport, headers = httpx.ASGITransport(app), {"Authorization": f"Bearer {token}"}
    client = httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)
    async with app.router.lifespan_context(app), client:
        for _ in range(50):
            if (await client.get("/readyz")).status_code == 200:
                break
            await asyncio.sleep(0.02)
        yield client


async def send(client: httpx.AsyncClient, picture: bytes, **fields: str) -> httpx.Response:
    return await client.post("/read", files={"file": ("p.png", picture)}, data={"id": "r1", **fields})


async def test_a_picture_is_read(tmp_path: Path, keys: Path, registry: FakeRegistry) -> None:
    async with running(build(tmp_path, keys, registry), keys) as client:
        answer = (await send(client, word())).json()
        glyph = (await send(client, word(), task="character", charset="digits")).json()
    assert answer["text"] == answer["predicted_text"] == "text-1"
    assert (answer["id"], answer["decision"], answer["model"]) == ("r1", "accept", {"name": "text", "version": 1})
    assert answer["alternatives"] == [{"text": "text-1?", "confidence": 0.1}]
    assert answer["elapsed_ms"] > 0
    assert glyph["model"]["name"] == "characters"
    assert (answer["effort"], glyph["effort"]) == ("best", "best")


async def test_an_effort_is_answered_by_its_model_and_where_there_is_none_by_the_best(
    tmp_path: Path, keys: Path, registry: FakeRegistry
) -> None:
    async with running(build(tmp_path, keys, registry), keys) as client:
        before = (await send(client, word(), effort="fast")).json()
        registry.add("text-fast", 1)
        registry.deploy("text-fast", 1)
        while (await client.get("/models")).json()["items"][-1]["name"] != "text-fast":
            await asyncio.sleep(0.02)
        fast, best = [(await send(client, word(), effort=effort)).json() for effort in ("fast", "best")]
        glyph = (await send(client, word(), effort="fast", task="character")).json()
        counted = (await client.get("/metrics")).text
    assert (before["model"]["name"], before["effort"]) == ("text", "best")
    assert (fast["text"], fast["model"], fast["effort"]) == ("text-fast-1", {"name": "text-fast", "version": 1}, "fast")
    assert (best["model"]["name"], best["effort"]) == ("text", "best")
    assert (glyph["model"]["name"], glyph["effort"]) == ("characters", "best")
    assert 'longhand_readings_total{decision="accept",model="text-fast",version="1"} 1.0' in counted


async def test_a_fast_model_alone_is_not_taken_for_the_best(tmp_path: Path, keys: Path) -> None:
    registry = FakeRegistry()
    registry.add("text-fast", 1)
    registry.deploy("text-fast", 1)
    async with running(build(tmp_path, keys, registry), keys) as client:
        fast, best = [await send(client, word(), effort=effort) for effort in ("fast", "best")]
    assert (fast.status_code, fast.json()["text"]) == (200, "text-fast-1")
    assert (best.status_code, best.json()["code"]) == (503, "model_not_deployed")


async def test_what_a_person_should_know_of_the_picture_is_said(
    tmp_path: Path, keys: Path, registry: FakeRegistry
) -> None:
    low = encode(np.pad(np.zeros((4, 30), np.uint8), 4, constant_values=255))
    async with running(build(tmp_path, keys, registry), keys) as client:
        assert (await send(client, word())).json()["notices"] == []
        (notice,) = (await send(client, low)).json()["notices"]
    assert notice == {"code": "low_resolution", "detail": SENTENCES[Notice.LOW_RESOLUTION]}


@pytest.mark.parametrize(
    ("picture", "fields", "status", "code"),
    [
        (b"", {}, 422, "unreadable_image"),
        (b"no picture at all", {}, 415, "unsupported_image"),
        (word()[:-40], {}, 422, "unreadable_image"),
        (pages(2), {}, 422, "several_pictures"),
        (blank(), {}, 422, "no_ink"),
        (word(), {"charset": "uppercase"}, 422, "unknown_charset"),
        (word(), {"task": "page"}, 422, "invalid"),
        (word(), {"effort": "most"}, 422, "invalid"),
        (b"0" * (11 * 2**20), {}, 413, "image_too_large"),
        (b"0" * (40 * 2**20), {}, 413, "too_large"),
    ],
)
async def test_what_cannot_be_read_says_why(
    tmp_path: Path, keys: Path, registry: FakeRegistry, picture: bytes, fields: dict[str, str], status: int, code: str
) -> None:
    async with running(build(tmp_path, keys, registry), keys) as client:
        response = await send(client, picture, **fields)
    assert (response.status_code, response.json()["code"]) == (status, code)


async def test_only_the_gateway_is_answered(tmp_path: Path, keys: Path, registry: FakeRegistry) -> None:
    app = build(tmp_path, keys, registry)
    async with running(app, keys, audience="training") as client:
        assert (await send(client, word())).status_code == 401
        assert (await client.get("/models")).status_code == 401
        del client.headers["Authorization"]
        assert (await send(client, word())).status_code == 401


async def test_the_models_that_are_loaded_are_listed(tmp_path: Path, keys: Path, registry: FakeRegistry) -> None:
    async with running(build(tmp_path, keys, registry), keys) as client:
        items = (await client.get("/models")).json()["items"]
    assert [(item["name"], item["champion"], item["loaded"], item["readable"]) for item in items] == [
        ("characters", 1, [1], True),
        ("text", 1, [1], True),
    ]


async def test_without_a_model_it_is_not_ready_and_says_so(tmp_path: Path, keys: Path) -> None:
    async with running(build(tmp_path, keys, FakeRegistry()), keys) as client:
        ready, answer = await client.get("/readyz"), await send(client, word())
    assert ready.status_code == 503 and "No model" in ready.json()["failing"]["models"]
    assert (answer.status_code, answer.json()["code"]) == (503, "model_not_deployed")
    assert answer.headers["retry-after"]


async def test_more_than_may_wait_is_refused_for_a_moment(tmp_path: Path, keys: Path, registry: FakeRegistry) -> None:
    registry.add("text", 1, seconds=0.05)
    async with running(build(tmp_path, keys, registry, queue=3), keys) as client:
        answers = await asyncio.gather(*(send(client, word()) for _ in range(8)))
        later = await send(client, word())
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200] * 3 + [503] * 5
    assert {answer.json()["code"] for answer in answers if answer.status_code == 503} == {"queue_full"}
    assert later.status_code == 200


async def test_a_promotion_under_load_fails_no_request(tmp_path: Path, keys: Path, registry: FakeRegistry) -> None:
    async with running(build(tmp_path, keys, registry), keys) as client:
        registry.add("text", 2)
        read: list[tuple[int, int]] = []

        async def keep_reading() -> None:
            while not read or read[-1][1] != 2:
                response = await send(client, word())
                read.append((response.status_code, response.json()["model"]["version"]))

        readers = [asyncio.create_task(keep_reading()) for _ in range(4)]
        await asyncio.sleep(0.05)
        registry.deploy("text", 2)
        await asyncio.wait_for(asyncio.gather(*readers), 10)
    assert {status for status, _ in read} == {200}
    assert {version for _, version in read} == {1, 2}


async def test_what_dashboards_show_is_measured(tmp_path: Path, keys: Path, registry: FakeRegistry) -> None:
    async with running(build(tmp_path, keys, registry), keys) as client:
        await send(client, word())
        text = (await client.get("/metrics")).text
    for line in (
        'longhand_readings_total{decision="accept",model="text",version="1"} 1.0',
        'longhand_reading_confidence_count{model="text"} 1.0',
        "longhand_batch_size_count 1.0",
        "longhand_batch_queue 0.0",
        'longhand_model_version{model="text"} 1.0',
        'longhand_model_epoch{model="text"} 1.0',
        'longhand_champion_readable{model="text"} 1.0',
        'longhand_http_requests_total{method="POST",route="/read",status="200"} 1.0',
    ):
        assert line in text
