"""A word is read with a list: the real gateway, ingestion and prediction, in one process, with a real network."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from longhand.contracts.lexicons import LexiconMatch
from longhand.inference import load
from services.gateway.app import create_app as gateway
from services.ingestion.app import create_app as ingestion
from services.ingestion.settings import IngestionSettings
from services.prediction.app import create_app as prediction
from services.prediction.settings import PredictionSettings
from tests.bundles import glyph_guesser, stroke_counter
from tests.gateway.conftest import CHEAP, PASSWORDS, bearer, eventually, make_settings
from tests.prediction.fakes import FolderRegistry
from tests.prediction.pictures import word
from tests.service import make_var

STROKES = 4
PICTURE = word(20 + 20 * STROKES)
ENTRIES = ["a" * length for length in (2, 3, 4, 6)]
DIGEST = hashlib.sha256("\n".join(ENTRIES).encode()).hexdigest()


@dataclass
class Platform:
    """The three services, called through the gateway."""

    client: httpx.AsyncClient
    gateway: FastAPI
    prediction: httpx.AsyncClient
    ingestion: "Door"

    async def call(self, name: str, method: str, path: str, **content: Any) -> httpx.Response:
        form = {"username": name, "password": PASSWORDS[name]}
        token = (await self.client.post("/token", data=form)).json()["access_token"]
        return await self.client.request(method, path, headers=bearer(token), **content)

    async def read(self, **fields: str) -> httpx.Response:
        return await self.call("user1", "POST", "/predict", files={"file": ("a.png", PICTURE)}, data=fields)

    async def lookups(self) -> tuple[float, float]:
        """How often a lexicon was at hand, and how often not."""
        lines = (await self.prediction.get("/metrics")).text.splitlines()
        told = {
            line.split()[0]: float(line.split()[1]) for line in lines if line.startswith("longhand_lexicon_lookups")
        }
        hit, miss = (told.get(f'longhand_lexicon_lookups_total{{result="{result}"}}', 0) for result in ("hit", "miss"))
        return hit, miss


class Door(httpx.AsyncBaseTransport):
    """The way to a service; while it is shut, nobody gets there."""

    def __init__(self, app: FastAPI) -> None:
        self.inner, self.shut = httpx.ASGITransport(app), False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.shut:
            raise httpx.ConnectError("connection refused")
        return await self.inner.handle_async_request(request)


@pytest.fixture
async def platform(tmp_path: Path) -> AsyncIterator[Platform]:
    var, registry = make_var(tmp_path), FolderRegistry()
    for name, bundle in (
        ("text", stroke_counter(tmp_path / "t", "a")),
        ("characters", glyph_guesser(tmp_path / "c", "7")),
    ):
        registry.add(name, 1, bundle)
        registry.deploy(name, 1)
    reading = prediction(PredictionSettings(var=var, poll_seconds=0.02, threads=1), registry=registry, load=load)
    keeping = ingestion(IngestionSettings(var=var))
    door = Door(keeping)
    transports = {"prediction": httpx.ASGITransport(reading), "ingestion": door}
    front = gateway(make_settings(var, lexicon_seconds=0), passwords=CHEAP, transports=transports)
    async with AsyncExitStack() as stack:
        for app in (keeping, reading, front):
            await stack.enter_async_context(app.router.lifespan_context(app))
        clients = [
            await stack.enter_async_context(
                httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")
            )
            for app in (front, reading)
        ]
        for _ in range(500):
            if (await clients[1].get("/readyz")).status_code == 200:
                break
            await asyncio.sleep(0.02)
        yield Platform(clients[0], front, clients[1], door)


async def test_a_named_list_is_sent_where_it_is_unknown_and_then_known(platform: Platform) -> None:
    assert (await platform.call("admin1", "PUT", "/lexicons/strokes", json={"entries": ENTRIES})).is_success
    first, second = [(await platform.read(lexicon="strokes")).json() for _ in range(2)]
    for reading in (first, second):
        assert reading["text"] == "a" * STROKES
        match = LexiconMatch.model_validate(reading["lexicon"])
        assert (match.name, match.version, match.matched) == ("strokes", DIGEST, True)
    assert await platform.lookups() == (1, 1)


async def test_the_journal_says_with_which_list_it_was_read(platform: Platform) -> None:
    await platform.call("admin1", "PUT", "/lexicons/strokes", json={"entries": ENTRIES})
    reading = (await platform.read(lexicon="strokes")).json()
    await eventually(lambda: len(platform.gateway.state.gateway.outbox) == 0)
    await platform.call("admin1", "PUT", "/lexicons/strokes", json={"entries": ["aa"]})
    stored = (await platform.call("user1", "GET", f"/readings/{reading['id']}")).json()
    assert stored["lexicon"] == reading["lexicon"]
    used = await platform.call("admin1", "GET", f"/lexicons/strokes?version={stored['lexicon']['version']}")
    assert used.json()["entries"] == ENTRIES


async def test_candidates_decide_for_their_own_picture(platform: Platform) -> None:
    best = [(ENTRIES, "aaaa"), (["aa", "aaa"], "aaa"), (["aaaaaa", "aaaaa"], "aaaaa"), (["aaaa"], "aaaa")]
    for entries, text in best:
        answer = (await platform.read(candidates=json.dumps(entries))).json()
        assert answer["text"] == text and {one["text"] for one in answer["alternatives"]} <= {*entries}
    assert (await platform.read()).json()["lexicon"] is None


async def test_where_nothing_can_stand_there_the_answer_is_empty_or_what_was_read_without(platform: Platform) -> None:
    candidates = json.dumps(["Genf", "Bern"])
    strict = (await platform.read(candidates=candidates)).json()
    free = (await platform.read(candidates=candidates, strict="false")).json()
    assert (strict["text"], strict["decision"], strict["lexicon"]["matched"]) == ("", "review", False)
    assert (free["text"], free["decision"], free["lexicon"]["matched"]) == ("aaaa", "review", False)


async def test_the_medicines_are_there_from_the_start(platform: Platform) -> None:
    reading = (await platform.read(lexicon="medicines")).json()
    shown = (await platform.call("admin1", "GET", "/lexicons/medicines")).json()
    assert shown["by"] == "longhand" and shown["version"] == reading["lexicon"]["version"]
    assert reading["text"] in {*shown["entries"], ""}


async def test_while_ingestion_is_away_known_lists_are_read_with(platform: Platform) -> None:
    await platform.call("admin1", "PUT", "/lexicons/strokes", json={"entries": ENTRIES})
    await platform.read(lexicon="strokes", keep="false")
    platform.ingestion.shut = True
    assert (await platform.read(keep="false")).status_code == 200
    assert (await platform.read(candidates=json.dumps(ENTRIES), keep="false")).status_code == 200
    assert (await platform.read(lexicon="strokes", keep="false")).json()["text"] == "a" * STROKES
    unknown = await platform.read(lexicon="medicines", keep="false")
    assert (unknown.status_code, unknown.json()["code"]) == (503, "unavailable") and unknown.headers["retry-after"]


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"lexicon": "rivers"}, 404, "unknown_lexicon"),
        ({"lexicon": "medicines", "task": "character"}, 422, "invalid"),
        ({"lexicon": "medicines", "candidates": '["a"]'}, 422, "invalid"),
        ({"candidates": "[]"}, 422, "invalid"),
        ({"candidates": '["\\u001f"]'}, 422, "bad_lexicon"),
    ],
)
async def test_a_list_that_cannot_be_read_with_says_why(
    platform: Platform, fields: dict[str, str], status: int, code: str
) -> None:
    answer = await platform.read(**fields)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
