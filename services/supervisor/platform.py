"""The platform as a whole: everything up in parallel, and everything down again."""

import asyncio
import ssl
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx

from longhand.errors import LonghandError
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
        while trouble := await _ask(child, client):
            if child.deaths >= HOPELESS or time.monotonic() > deadline:
                raise NotStarted(_complain(child, trouble))
            await asyncio.sleep(POLL)
        self._say(f"  {child.program.name:<18} ready after {time.monotonic() - started:.1f} s")


async def _ask(child: Child, client: httpx.AsyncClient) -> str | None:
    """None where the child is ready, else what it lacks."""
    if child.pid is None:
        return "It has ended."
    if child.program.ready is None:
        return None
    try:
        answer = await client.get(child.program.ready)
    except httpx.TransportError as error:
        return f"{child.program.ready} does not answer ({type(error).__name__})."
    return None if answer.status_code == 200 else answer.text[:500]


def _complain(child: Child, trouble: str) -> str:
    what = "ended again and again" if child.deaths >= HOPELESS else "does not get ready"
    head = f"{child.program.name} {what}. {trouble} The end of its log, {child.log}:"
    return "\n".join([head, *("  " + line for line in child.tail(15))])
