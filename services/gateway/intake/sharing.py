"""Lets all gateways show what waits at this one."""

import asyncio
import time
from collections.abc import Callable

from services.gateway.intake.outbox import Outbox
from services.gateway.intake.shelf import Shelf

AFTER_S = 0.3


class Sharing:
    """Puts a copy of what is not delivered within `after` seconds on the shelf, and removes it after the delivery.

    A delivery takes milliseconds, so nothing is copied while ingestion answers. One task calls `share` every so often:
    as it alone writes and removes copies of this gateway, a copy never comes after its own removal.
    """

    def __init__(
        self, outbox: Outbox, shelf: Shelf, after: float = AFTER_S, now: Callable[[], float] = time.time
    ) -> None:
        self._outbox = outbox
        self._shelf = shelf
        self._after = after
        self._now = now
        self._perhaps: set[str] = set()  # a copy whose writing failed may lie there all the same
        self._surely: set[str] = set()
        self._cleared = False

    async def share(self) -> None:
        """Brings the shelf up to date; raises what the database raises, and goes on from there when called again."""
        if not self._cleared:
            await asyncio.to_thread(self._shelf.keep_only, self._outbox.name, self._outbox.ids())
            self._cleared = True
        for id in self._outbox.waiting_since(self._now() - self._after):
            if id not in self._surely:
                await self._put(id)
        if gone := self._perhaps - self._outbox.ids():
            await asyncio.to_thread(self._shelf.drop, gone)
            self._perhaps -= gone
            self._surely -= gone

    async def _put(self, id: str) -> None:
        if waiting := await self._outbox.load(id):
            self._perhaps.add(id)
            await asyncio.to_thread(self._shelf.put, self._outbox.name, *waiting)
            self._surely.add(id)
