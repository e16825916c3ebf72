"""A service's surroundings: keys, a database, and clients that call an app in this process."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from longhand.contracts.accounts import Role
from longhand.servicekit.jobs.leases import Leases
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.keys import create_keys
from longhand.servicekit.state import migrate, open_engine
from longhand.servicekit.tokens import Signer, Verifier
from tests.ports import free_port

AUDIENCE = "training"
Calling = Callable[[FastAPI], AbstractAsyncContextManager[httpx.AsyncClient]]


@dataclass(frozen=True)
class Keys:
    """The gateway's two keys, and what is made with them."""

    folder: Path

    @property
    def private(self) -> bytes:
        return (self.folder / "gateway.pem").read_bytes()

    @property
    def public(self) -> bytes:
        return (self.folder / "gateway.pub").read_bytes()

    @property
    def signer(self) -> Signer:
        return Signer(self.private)

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.public, AUDIENCE)

    def bearer(self, role: Role = Role.ADMIN, name: str = "ada") -> dict[str, str]:
        return {"Authorization": f"Bearer {self.signer.sign(name, role, AUDIENCE, 60)}"}


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    folder = tmp_path_factory.mktemp("keys")
    create_keys(folder)
    return Keys(folder)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path}/state/state.db")
    migrate(engine, "longhand.servicekit.jobs")
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> JobStore:
    return JobStore(engine, "trn")


@pytest.fixture
def leases(store: JobStore) -> Leases:
    return Leases(store)


@pytest.fixture
def calling() -> Calling:
    @asynccontextmanager
    async def call(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://service") as client,
        ):
            yield client

    return call


@pytest.fixture(name="free_port")
def a_free_port() -> int:
    return free_port()
