"""Readings are deleted when their time is over, where a setting says so."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from sqlalchemy.engine import Engine

from longhand.samples.blobs import Blobs
from longhand.samples.retention import expire

LOOK_S = 3600.0
"""How often it is looked for readings whose time is over."""

log = logging.getLogger(__name__)


class Retention:
    """Keeps readings for `days`; for ever where that is 0."""

    def __init__(self, engine: Engine, blobs: Blobs, days: float) -> None:
        self._engine = engine
        self._blobs = blobs
        self._days = days

    def expire(self) -> int:
        """Deletes the readings whose time is over; answers how many those were."""
        if not self._days:
            return 0
        before, count = datetime.now(UTC) - timedelta(days=self._days), 0
        while found := expire(self._engine, self._blobs, before):
            count += found
        return count

    async def run(self, seconds: float = LOOK_S) -> None:
        """Does so every so often until it is cancelled."""
        while True:
            try:
                if count := await asyncio.to_thread(self.expire):
                    log.info("%d readings were deleted, as they are older than %g days.", count, self._days)
            except Exception:  # the database or the store is away: the next time does it
                log.exception("Readings whose time is over could not be deleted.")
            await asyncio.sleep(seconds)
