"""The gateway as a real process on a real port."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from longhand.servicekit.keys import create_keys
from tests.gateway.conftest import bearer, eventually
from tests.gateway.fakes import FakeIngestion, Service
from tests.gateway.predicting import FakePrediction
from tests.gateway.training import FakeTraining
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]


@contextlib.asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    """The app on a port of its own, in this process."""
    config = uvicorn.Config(app, port=0, log_config=None, ws="none", lifespan="off")
    server = uvicorn.Server(config)
    sock = config.bind_socket()
    task = asyncio.create_task(server.serve([sock]))
    await eventually(lambda: server.started)
    yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    server.should_exit = True
    await task
    sock.close()


class Process:
    """`python -m services.gateway` in a folder of its own."""

    def __init__(self, var: Path, upstreams: dict[str, str]) -> None:
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        self.log = var / "gateway.log"
        self._environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "LONGHAND_VAR": str(var),
            "LONGHAND_DEMO": "true",
            "LONGHAND_GATEWAY_PORT": str(port),
            "LONGHAND_GATEWAY_METRICS_PORT": str(free_port()),
            **{f"LONGHAND_GATEWAY_{name.upper()}_URL": url for name, url in upstreams.items()},
        }
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self, **environment: str) -> "Process":
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "services.gateway"]
            self._process = subprocess.Popen(command, env=self._environment | environment, stdout=log, stderr=log)
        async with httpx.AsyncClient(base_url=self.url, trust_env=False) as client:
            for _ in range(600):
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get("/readyz")).is_success:
                        return self
                assert self._process.poll() is None, self.log.read_text()
                await asyncio.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def end(self, how: signal.Signals) -> int:
        assert self._process
        self._process.send_signal(how)
        return self._process.wait(20)

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *_: object) -> None:
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait()


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[dict[str, Service]]:
    create_keys(tmp_path / "keys")
    public = tmp_path / "keys" / "gateway.pub"
    yield {kind.audience: kind(public) for kind in (FakePrediction, FakeIngestion, FakeTraining)}


@pytest.fixture
async def process(tmp_path: Path, services: dict[str, Service]) -> AsyncIterator[Process]:
    async with contextlib.AsyncExitStack() as stack:
        upstreams = {name: await stack.enter_async_context(serving(one.app)) for name, one in services.items()}
        with Process(tmp_path, upstreams) as process:
            yield process


async def sign_in(client: httpx.AsyncClient, name: str, password: str) -> dict[str, str]:
    answer = await client.post("/token", data={"username": name, "password": password})
    return bearer(answer.raise_for_status().json()["access_token"])


def call(process: Process, **more: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=process.url, trust_env=False, timeout=30, **more)


async def test_no_accepted_reading_is_lost_when_the_gateway_is_killed(
    process: Process, services: dict[str, Any]
) -> None:
    services["ingestion"].away = True
    await process.start()
    accepted: list[str] = []

    async def send(client: httpx.AsyncClient, headers: dict[str, str], number: int) -> None:
        with contextlib.suppress(httpx.TransportError):
            files = {"file": ("a.png", f"picture {number}".encode())}
            answer = await client.post("/predict", files=files, headers=headers)
            accepted.append(answer.raise_for_status().json()["id"])

    async with call(process) as client:
        headers = await sign_in(client, "user1", "1resu")
        calls = [asyncio.create_task(send(client, headers, number)) for number in range(60)]
        await eventually(lambda: len(accepted) >= 10)
        process.end(signal.SIGKILL)
        await asyncio.gather(*calls)
    assert accepted and not services["ingestion"].readings
    services["ingestion"].away = False
    await process.start()
    await eventually(lambda: set(accepted) <= set(services["ingestion"].readings))
    for reading, picture in services["ingestion"].readings.values():
        assert reading.text == picture.decode()
    log = process.log.read_text()
    assert "1resu" not in log and headers["Authorization"].split()[1] not in log


async def test_sigterm_ends_it_within_the_grace_even_while_somebody_listens(
    process: Process, services: dict[str, Any]
) -> None:
    services["training"].forever = True
    await process.start()
    async with call(process) as client:
        headers = await sign_in(client, "admin1", "1nimda")
        id = (await client.post("/train", headers=headers)).json()["id"]
        async with client.stream("GET", f"/jobs/{id}/events", headers=headers) as answer:
            parts = answer.aiter_text()
            assert "epoch" in await anext(parts)
            begin = time.monotonic()
            code = await asyncio.to_thread(process.end, signal.SIGTERM)
            assert [part async for part in parts][-1:] is not None
    assert code in (0, -signal.SIGTERM) and time.monotonic() - begin < 8


async def test_events_come_as_they_happen_and_end_with_the_session(process: Process, services: dict[str, Any]) -> None:
    services["training"].forever = True
    await process.start()
    async with call(process) as client:
        headers = await sign_in(client, "admin1", "1nimda")
        id = (await client.post("/train", headers=headers)).json()["id"]
        async with client.stream("GET", f"/jobs/{id}/events", headers=headers) as answer:
            parts = answer.aiter_text()
            assert json.loads((await anext(parts)).partition("data: ")[2].split("\n")[0]) == {"epoch": 1}
            assert services["training"].listeners == 1
            token = headers["Authorization"].split()[1]
            await client.post("/token/revoke", data={"token": token})
            async with asyncio.timeout(10):
                async for _ in parts:
                    pass
        await eventually(lambda: services["training"].listeners == 0)
        headers = await sign_in(client, "admin1", "1nimda")
        async with client.stream("GET", f"/jobs/{id}/events", headers=headers) as answer:
            await anext(answer.aiter_text())
        await eventually(lambda: services["training"].listeners == 0)


@pytest.mark.parametrize("size", [10 * 1024**2 + 1, 13_000_000, 40_000_000])
async def test_a_client_that_sends_too_much_hears_why(process: Process, size: int) -> None:
    await process.start()
    async with call(process) as client:
        headers = await sign_in(client, "user1", "1resu")
        files = {"file": ("a.png", b"x" * size)}
        assert (await client.post("/predict", files=files)).status_code in (401, 413)
        answer = await client.post("/predict", files=files, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert (await client.get("/users/me", headers=headers)).is_success


async def test_it_does_not_start_where_it_must_not_and_says_why(process: Process) -> None:
    with pytest.raises(AssertionError, match=r"The gateway does not start\. LONGHAND_DEMO"):
        await process.start(LONGHAND_GATEWAY_HOST="0.0.0.0")


async def test_metrics_are_on_the_side_port_only(process: Process) -> None:
    port = free_port()
    await process.start(LONGHAND_GATEWAY_METRICS_PORT=str(port))
    async with call(process) as client:
        assert (await client.get("/metrics")).status_code == 404
        text = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
    assert "longhand_gateway_outbox_readings 0.0" in text
