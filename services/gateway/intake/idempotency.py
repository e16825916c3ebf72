"""Answers kept for a while, so that a request sent again with the same Idempotency-Key is done once."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.gateway.errors import KeyReused
from services.gateway.identity.limits import Clock


@dataclass(frozen=True)
class _Answer:
    fingerprint: str
    made: float
    task: asyncio.Task[bytes]


class Answers:
    """Remembers answers by caller and key for `seconds`, at most `size` of them, in memory.

    After a restart the id of the reading, which is made of the same things, keeps a repetition from counting twice.
    """

    def __init__(self, seconds: float = 600, size: int = 1000, clock: Clock = time.monotonic) -> None:
        self._seconds = seconds
        self._size = size
        self._clock = clock
        self._answers: OrderedDict[tuple[str, str], _Answer] = OrderedDict()

    async def once(self, caller: str, key: str, fingerprint: str, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """The answer that was made before, or is being made, for this key; else makes it.

        A failure is not remembered. Raises KeyReused where the key came with another request before.
        """
        self._forget()
        known = self._answers.get((caller, key))
        if known is None or (known.task.done() and known.task.exception()):
            known = _Answer(fingerprint, self._clock(), asyncio.ensure_future(_run(make)))
            self._answers[caller, key] = known
        if known.fingerprint != fingerprint:
            raise KeyReused("This Idempotency-Key came with another request before: use a new one for each.")
        return await asyncio.shield(known.task)

    def _forget(self) -> None:
        while self._answers:
            oldest = next(iter(self._answers.values()))
            if len(self._answers) <= self._size and oldest.made > self._clock() - self._seconds:
                return
            self._answers.popitem(last=False)


async def _run(make: Callable[[], Awaitable[bytes]]) -> bytes:
    return await make()


def fingerprint(*parts: str | bytes) -> str:
    """SHA-256 over the parts, each with its length before it."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()
