"""A service in this process: called as the gateway calls it, with its worker in a thread."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from longhand.contracts.accounts import Role
from longhand.servicekit.jobs.working.worker import Worker
from longhand.servicekit.keys import create_keys
from longhand.servicekit.tokens import Signer

FINAL = {"succeeded", "failed", "cancelled"}


class Client(httpx.AsyncClient):
    """Calls an app with the gateway's tokens for `audience`."""

    def __init__(self, app: FastAPI, var: Path, audience: str) -> None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        super().__init__(transport=transport, base_url="http://service", timeout=60, auth=self._sign)
        self._signer = Signer((var / "keys" / "gateway.pem").read_bytes())
        self._audience = audience
        self.be("ada", Role.ADMIN)

    def be(self, name: str, role: Role) -> "Client":
        """Call on behalf of somebody else from now on."""
        self._name, self._role = name, role
        return self

    def be_nobody(self) -> "Client":
        """Call without a token from now on."""
        self.auth = lambda request: request
        return self

    def _sign(self, request: httpx.Request) -> httpx.Request:
        token = self._signer.sign(self._name, self._role, self._audience, 60)
        request.headers["Authorization"] = f"Bearer {token}"
        return request

    async def job(self, id: str, *statuses: str, within: float = 60) -> dict[str, Any]:
        """The job, once it has one of the statuses, by default once it has ended."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            job: dict[str, Any] = (await self.get(f"/jobs/{id}")).json()
            if job["status"] in (statuses or FINAL):
                return job
            await asyncio.sleep(0.05)
        raise AssertionError(f"the job is still {job}; its log: {(await self.get(f'/jobs/{id}/log')).text}")


@asynccontextmanager
async def calling(app: FastAPI, var: Path, audience: str) -> AsyncIterator[Client]:
    """A client of the app while it runs."""
    async with app.router.lifespan_context(app), Client(app, var, audience) as client:
        yield client


def make_var(folder: Path) -> Path:
    """A place for mutable state, with the gateway's keys."""
    create_keys(folder / "keys")
    return folder


@contextmanager
def busy(worker: Worker) -> Iterator[Worker]:
    """The worker at work in a thread; drained at the end."""
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join(timeout=30)
