"""The platform as a whole: everything up in parallel, and everything down again."""

import asyncio
import ssl
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx

from longhand.handwriting.errors import LonghandError
from services.supervisor.children import Child, Group
from services.supervisor.programs import Program

POLL = 0.1
HOPELESS = 3


class NotStarted(LonghandError):
    """A child does not get ready."""

    code = "not_started"


class Platform:
    """The children by name, and the group that they end with."""

    def __init__(self, programs: Sequence[Program], logs: Path, say: Callable[[str], None], grace: float) -> None:
        self._group, self._grace, self._say = Group(grace), grace, say
        self.children = {program.name: Child(program, logs, self._group, say) for program in programs}

    async def start(self, patience: float, verify: ssl.SSLContext | bool = True) -> None:
        """Start everything; returns when everything is ready, raises NotStarted after `patience` seconds."""
        await self._group.open()
        for child in self.children.values():
            child.start()
        deadline = time.monotonic() + patience
        async with httpx.AsyncClient(timeout=5, trust_env=False, verify=verify) as client:
            waits = [asyncio.create_task(self._await(child, client, deadline)) for child in self.children.values()]
            try:
                await asyncio.gather(*waits)
            finally:
                for wait in waits:
                    wait.cancel()

    async def stop(self) -> None:
        """SIGTERM to all at once; what has not ended after the grace is killed."""
        await asyncio.gather(*(child.stop(self._grace) for child in self.children.values()))
        await self._group.close()

    async def _await(self, child: Child, client: httpx.AsyncClient, deadline: float) -> None:
        started = time.monotonic()
        while not await _ready(child, client):
            if child.deaths >= HOPELESS or time.monotonic() > deadline:
                raise NotStarted(_complain(child))
            await asyncio.sleep(POLL)
        self._say(f"  {child.program.name:<18} ready after {time.monotonic() - started:.1f} s")


async def _ready(child: Child, client: httpx.AsyncClient) -> bool:
    if child.pid is None or child.program.ready is None:
        return child.pid is not None
    try:
        return (await client.get(child.program.ready)).status_code == 200
    except httpx.TransportError:
        return False


def _complain(child: Child) -> str:
    end = child.log.read_text(errors="replace").splitlines()[-15:] if child.log.exists() else []
    what = "ended again and again" if child.deaths >= HOPELESS else "does not get ready"
    return "\n".join([f"{child.program.name} {what}. The end of its log, {child.log}:", *("  " + line for line in end)])
