"""A gateway with small services behind it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from longhand.servicekit.keys import create_keys
from services.gateway.app import create_app
from services.gateway.gateway import Gateway
from services.gateway.identity.passwords import Passwords
from services.gateway.settings import GatewaySettings
from tests.gateway.fakes import FakeIngestion
from tests.gateway.predicting import FakePrediction
from tests.gateway.training import FakeTraining

CHEAP = Passwords(memory_kib=64, rounds=1)
PASSWORDS = {"user1": "1resu", "reviewer1": "1reweiver", "admin1": "1nimda"}


def make_settings(folder: Path, **changed: Any) -> GatewaySettings:
    """Settings of a demonstration in `folder`, where a busy machine does not lose a vocabulary."""
    fixed = {"var": folder, "demo": True, "metrics_port": None, "vocabulary_patience": 60}
    return GatewaySettings(**fixed | changed)


@dataclass
class World:
    """A gateway that runs, and everything around it."""

    app: FastAPI
    client: httpx.AsyncClient
    prediction: FakePrediction
    ingestion: FakeIngestion
    training: FakeTraining
    headers: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def gateway(self) -> Gateway:
        gateway: Gateway = self.app.state.gateway
        return gateway

    async def sign_in(self, name: str, password: str | None = None) -> dict[str, Any]:
        """The answer of POST /token."""
        form = {"username": name, "password": password or PASSWORDS[name]}
        answer = await self.client.post("/token", data=form)
        tokens: dict[str, Any] = answer.raise_for_status().json()
        return tokens

    async def call(self, name: str, method: str, path: str, **content: Any) -> httpx.Response:
        """A call by somebody who signed in."""
        if name not in self.headers:
            self.headers[name] = bearer((await self.sign_in(name))["access_token"])
        headers = self.headers[name] | content.pop("headers", {})
        return await self.client.request(method, path, headers=headers, **content)

    async def predict(self, name: str = "user1", picture: bytes = b"word", **content: Any) -> httpx.Response:
        """A picture sent as multipart."""
        return await self.call(name, "POST", "/predict", files={"file": ("a.png", picture)}, **content)

    async def delivered(self) -> None:
        """Waits until the outbox is empty."""
        await eventually(lambda: len(self.gateway.outbox) == 0)


def bearer(token: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {token}"}


async def eventually(happens: Callable[[], bool], seconds: float = 10) -> None:
    """Waits until it happens."""
    async with asyncio.timeout(seconds):
        while not happens():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def run_world(settings: GatewaySettings, **away: bool) -> AsyncIterator[World]:
    """A world with these settings; `ingestion=False` lets ingestion be away from the start."""
    create_keys(settings.var / "keys")
    prediction, ingestion, training = (
        kind(settings.public_key) for kind in (FakePrediction, FakeIngestion, FakeTraining)
    )
    ingestion.away = not away.get("ingestion", True)
    transports = {service.audience: httpx.ASGITransport(service) for service in (prediction, ingestion, training)}
    app = create_app(settings, passwords=CHEAP, transports=transports)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client,
    ):
        yield World(app, client, prediction, ingestion, training)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A demonstration."""
    async with run_world(make_settings(tmp_path)) as world:
        yield world
