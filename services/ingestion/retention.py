"""Readings are deleted when their time is over, where a setting says so."""

import logging
from datetime import UTC, datetime, timedelta

from sqlalchemy.engine import Engine

from longhand.samples.blobs import Blobs
from longhand.samples.retention import expire
from longhand.servicekit.rounds import repeat

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
        await repeat(self._make_round, seconds, log, "Readings whose time is over are not deleted for now")

    def _make_round(self) -> None:
        if count := self.expire():
            log.info("%d readings were deleted, as they are older than %g days.", count, self._days)
