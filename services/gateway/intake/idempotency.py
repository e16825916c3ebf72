"""Answers kept for a while, so that a request sent again with the same Idempotency-Key is done once."""

import asyncio
import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from longhand.servicekit.errors import KeyReused, Unavailable
from services.gateway.identity.limits import Clock

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Answer:
    fingerprint: str
    made: float
    task: asyncio.Task[bytes]


class KeyClaims(Protocol):
    """Which request a key came with, at any gateway; both methods may block."""

    def claim(self, caller: str, key: str, fingerprint: str) -> bool:
        """Takes the key for this request; False where it belongs to another request."""

    def release(self, caller: str, key: str, fingerprint: str) -> None:
        """Gives the key free."""


class Answers:
    """Remembers answers by caller and key for `seconds`, at most `size` of them, in memory.

    At another gateway, and after a restart, the claim keeps a key from meaning another request, and the id of the
    reading, which is made of the same things, keeps a repetition from counting twice.
    """

    def __init__(
        self, claims: KeyClaims, seconds: float = 600, size: int = 1000, clock: Clock = time.monotonic
    ) -> None:
        self._claims = claims
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
            task = asyncio.ensure_future(self._make(caller, key, fingerprint, make))
            known = _Answer(fingerprint, self._clock(), task)
            self._answers[caller, key] = known
        if known.fingerprint != fingerprint:
            raise _reused()
        return await asyncio.shield(known.task)

    def forget(self, caller: str) -> None:
        """Forgets what was answered to a caller."""
        for known in [key for key in self._answers if key[0] == caller]:
            self._answers.pop(known)

    async def _make(self, caller: str, key: str, fingerprint: str, make: Callable[[], Awaitable[bytes]]) -> bytes:
        if not await self._claim(caller, key, fingerprint):
            raise _reused()
        try:
            return await make()
        except Exception:
            with suppress(Unavailable):
                await asyncio.to_thread(self._claims.release, caller, key, fingerprint)
            raise

    async def _claim(self, caller: str, key: str, fingerprint: str) -> bool:
        """Reading goes on while the database is away: then this gateway knows its own keys alone."""
        try:
            return await asyncio.to_thread(self._claims.claim, caller, key, fingerprint)
        except Unavailable:
            log.warning("The database is away: an Idempotency-Key is compared with those of this gateway only.")
            return True

    def _forget(self) -> None:
        while self._answers:
            oldest = next(iter(self._answers.values()))
            if len(self._answers) <= self._size and oldest.made > self._clock() - self._seconds:
                return
            self._answers.popitem(last=False)


def _reused() -> KeyReused:
    return KeyReused("This Idempotency-Key came with another request before: use a new one for each.")


def fingerprint(*parts: str | bytes) -> str:
    """SHA-256 over the parts, each with its length before it."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()
