"""Services are killed while people correct: no correction is lost, none counts twice, all keep their order."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from longhand.samples.journal import Journal
from longhand.samples.rebuilding import rebuild
from longhand.servicekit.keys import create_keys
from longhand.servicekit.state import open_engine, open_reader, reading
from tests.gateway.conftest import eventually
from tests.gateway.predicting import FakePrediction
from tests.gateway.test_live import Process, call, serving, sign_in
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
CLIENTS = 3


class Ingestion:
    """`python -m services.ingestion` on a port of its own."""

    def __init__(self, var: Path) -> None:
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        self._environment = os.environ | {
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "LONGHAND_VAR": str(var),
            "LONGHAND_INGESTION_PORT": str(port),
        }
        self._log = var / "ingestion.log"

    async def start(self) -> None:
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "services.ingestion"]
            self._process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)
        async with httpx.AsyncClient(base_url=self.url, trust_env=False) as client:
            async with asyncio.timeout(60):
                while not await answers(client):
                    assert self._process.poll() is None, self._log.read_text()
                    await asyncio.sleep(0.05)

    def end(self, how: signal.Signals) -> None:
        self._process.send_signal(how)
        self._process.wait(20)


async def answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/readyz")).is_success
    except httpx.TransportError:
        return False


async def insist(make: Callable[[], Awaitable[httpx.Response]]) -> dict[str, Any]:
    """Sends a request with its Idempotency-Key until it is accepted, as a good client does."""
    while True:
        with contextlib.suppress(httpx.TransportError):
            answer = await make()
            if answer.is_success:
                accepted: dict[str, Any] = answer.json()
                return accepted
            assert answer.status_code == 503, answer.text
        await asyncio.sleep(0.05)


async def correct_on(process: Process, number: int, accepted: dict[str, list[str]], stop: asyncio.Event) -> None:
    """One person: sends a picture, corrects it twice, and goes on with the next."""
    async with call(process) as client:
        headers, turn = await sign_in(client, "user1", "1resu"), 0
        while not stop.is_set():
            turn += 1
            name = f"{number}-{turn}"
            files = {"file": ("a.png", name.encode())}
            key = headers | {"Idempotency-Key": name}
            id = (await insist(lambda f=files, k=key: client.post("/predict", files=f, headers=k)))["id"]
            accepted[id] = []
            for text in (f"{name} once", f"{name} twice"):
                key, path = headers | {"Idempotency-Key": text.replace(" ", "-")}, f"/readings/{id}/correction"
                await insist(lambda p=path, t=text, k=key: client.post(p, json={"text": t}, headers=k))
                accepted[id].append(text)


@pytest.mark.parametrize("kills", [2, pytest.param(20, marks=pytest.mark.prove)])
async def test_no_correction_is_lost_or_counts_twice_when_services_are_killed(tmp_path: Path, kills: int) -> None:
    create_keys(tmp_path / "keys")
    accepted, stop, ingestion = dict[str, list[str]](), asyncio.Event(), Ingestion(tmp_path)
    prediction = FakePrediction(tmp_path / "keys" / "gateway.pub")
    async with serving(prediction.app) as url:
        upstreams = {"prediction": url, "ingestion": ingestion.url}
        with Process(tmp_path, upstreams) as gateway:
            await asyncio.gather(ingestion.start(), gateway.start())
            people = [asyncio.create_task(correct_on(gateway, one, accepted, stop)) for one in range(CLIENTS)]
            for kill in range(kills):
                known = sum(map(len, accepted.values()))
                await eventually(lambda k=known: sum(map(len, accepted.values())) > k + 4, 60)  # type: ignore[misc]
                killed: Ingestion | Process = (ingestion, gateway)[kill % 2]
                killed.end(signal.SIGKILL)
                await asyncio.sleep(0.3)
                await killed.start()
            stop.set()
            await asyncio.gather(*people)
            outbox = tmp_path / "gateway" / "outbox"
            await eventually(lambda: not [*outbox.glob("*.json"), *outbox.glob("*.correction")], 60)
    ingestion.end(signal.SIGTERM)
    check(f"sqlite:///{tmp_path}/ingestion/state.db", accepted)
    print(f"{len(accepted)} readings, {sum(map(len, accepted.values()))} corrections, {kills} kills")


def check(url: str, accepted: dict[str, list[str]]) -> None:
    """Every accepted reading has its lines once and in order, and the tables follow from the lines."""
    reader = open_reader(url)
    journal = Journal(reader, reading)
    for id, texts in accepted.items():
        lines = journal.history(id)
        assert [line.kind.value for line in lines] == ["received", "read", "corrected", "corrected"]
        assert [line.body["text"] for line in lines[2:]] == texts
    before = journal.readings.page(limit=1000)
    assert len(before) == len(accepted)
    reader.dispose()
    engine = open_engine(url)
    rebuild(engine)
    assert Journal(engine).readings.page(limit=1000) == before
    engine.dispose()
