"""All four services in one thread, as they are wired in earnest, over databases of any kind."""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from longhand.contracts.accounts import Role
from longhand.servicekit.keys import create_keys
from longhand.servicekit.tokens import Signer
from services.gateway.app import create_app as create_gateway
from services.gateway.identity.passwords import Passwords
from services.gateway.settings import GatewaySettings
from services.ingestion.app import create_app as create_ingestion
from services.ingestion.settings import IngestionSettings
from services.prediction.app import create_app as create_prediction
from services.prediction.settings import PredictionSettings
from services.training.app import create_app as create_training
from services.training.settings import TrainingSettings
from tests.ports import free_port
from tests.prediction.fakes import FakeRegistry, load

ROOT = Path(__file__).parents[2]
SERVICES = ("gateway", "ingestion", "training", "prediction")
NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True)
class House:
    """The running services: where each answers, and what it is described by."""

    apps: Mapping[str, FastAPI]
    ports: Mapping[str, int]
    signer: Signer

    def url(self, service: str) -> str:
        """Where a service answers."""
        return f"http://127.0.0.1:{self.ports[service]}"

    def headers(self, service: str, role: Role) -> dict[str, str]:
        """What lets a caller of this role in."""
        token = self.signer.sign(f"{role.value}1", role, service, 3600, sid="conformance")
        return {"Authorization": f"Bearer {token}"}


@contextmanager
def running_house(folder: Path, database: str | None = None, mlflow: str = NOWHERE) -> Iterator[House]:
    """The services with SQLite below `folder`, or with a schema each in the PostgreSQL at `database`."""
    create_keys(folder / "keys")
    ports = {service: free_port() for service in SERVICES}
    states = {service: {"state_url": f"{database}?schema={service}"} if database else {} for service in SERVICES}
    house = House(_build(folder, ports, states, mlflow), ports, Signer((folder / "keys/gateway.pem").read_bytes()))
    servers = [
        uvicorn.Server(uvicorn.Config(app, port=ports[name], log_config=None, ws="none"))
        for name, app in house.apps.items()
    ]
    thread = threading.Thread(target=lambda: asyncio.run(_serve(servers)))
    thread.start()
    try:
        while not all(server.started for server in servers):
            assert thread.is_alive(), "a service does not start"
            thread.join(0.05)
        yield house
    finally:
        for server in servers:
            server.should_exit = True
        thread.join(60)


async def _serve(servers: list[uvicorn.Server]) -> None:
    await asyncio.gather(*(server.serve() for server in servers))


def _build(
    folder: Path, ports: Mapping[str, int], states: Mapping[str, dict[str, str]], mlflow: str
) -> dict[str, FastAPI]:
    given: dict[str, Any] = {"var": folder, "public_key": folder / "keys" / "gateway.pub"}
    urls: dict[str, Any] = {f"{name}_url": f"http://127.0.0.1:{ports[name]}" for name in SERVICES[1:]}
    registry = FakeRegistry()
    for name in ("text", "characters"):
        registry.add(name, 1)
        registry.deploy(name, 1)
    gateway = GatewaySettings(**given, **urls, **states["gateway"], demo=True, metrics_port=None, rate=10**6)
    training = TrainingSettings(**given, **states["training"], mlflow_url=mlflow, source=ROOT)
    return {
        "gateway": create_gateway(gateway, passwords=Passwords(memory_kib=32, rounds=1)),
        "ingestion": create_ingestion(IngestionSettings(**given, **states["ingestion"])),
        "training": create_training(training),
        "prediction": create_prediction(PredictionSettings(**given), registry=registry, load=load),
    }
