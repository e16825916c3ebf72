"""Delivers what waits in the outbox to ingestion, at least once."""

import asyncio
import contextlib
import logging
import random
import time

from longhand.contracts.accounts import Role
from longhand.servicekit.errors import ServiceError, UpstreamProblem
from longhand.servicekit.tokens import Caller
from longhand.servicekit.upstream import Upstream
from services.gateway.forwarding.forms import encode_form
from services.gateway.intake.outbox import Entry, Outbox
from services.gateway.metrics import GatewayMetrics

FOR_GOOD = frozenset({409, 413, 415, 422})
"""Statuses that say that this reading will never be taken, however often it is sent."""

LOOK_S = 0.05
"""How often a drain looks whether the outbox is empty."""

log = logging.getLogger(__name__)


class Sender:
    """A few deliveries at a time, each with a growing pause after a failure (seconds)."""

    def __init__(
        self,
        outbox: Outbox,
        ingestion: Upstream,
        metrics: GatewayMetrics,
        *,
        at_once: int = 4,
        first_pause: float = 0.25,
        longest_pause: float = 10.0,
    ) -> None:
        self._outbox = outbox
        self._ingestion = ingestion
        self._metrics = metrics
        self._at_once = at_once
        self._pauses = (first_pause, longest_pause)
        self._postponed = 0
        self._draining = asyncio.Event()

    async def drain(self, seconds: float) -> None:
        """Delivers what waits before a stop: for at most `seconds`, and not on after a delivery has failed.

        What is left then waits for the next process, as after any other end of this one.
        """
        postponed, deadline = self._postponed, time.monotonic() + seconds
        self._draining.set()
        while len(self._outbox) and self._postponed == postponed and time.monotonic() < deadline:
            await asyncio.sleep(LOOK_S)

    async def run(self) -> None:
        """Delivers until it is cancelled; what it was sending then is sent again by the next process."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._at_once):
                group.create_task(self._work())

    async def _work(self) -> None:
        pause, longest = self._pauses
        while True:
            entry = await self._outbox.take()
            if await self._settle(entry):
                pause = self._pauses[0]
                continue
            self._outbox.put_back(entry)
            await self._rest(pause * random.uniform(0.5, 1.0))
            pause = min(longest, pause * 2)

    async def _rest(self, seconds: float) -> None:
        """Waits; not for long where everything is to be delivered at once."""
        if self._draining.is_set():
            return await asyncio.sleep(LOOK_S)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._draining.wait()

    async def _settle(self, entry: Entry) -> bool:
        """Whether the entry is out of the outbox."""
        try:
            await self._deliver(entry)
        except UpstreamProblem as error:
            return await self._judge(entry, error)
        except (ServiceError, OSError) as error:
            return self._postpone(entry, str(error))
        except Exception as error:  # one entry must not stop the others
            log.exception("The delivery of %s broke.", entry.id)
            return self._postpone(entry, type(error).__name__)
        await self._outbox.settle(entry)
        self._metrics.deliveries.labels("delivered").inc()
        return True

    async def _deliver(self, entry: Entry) -> None:
        if (waiting := await self._outbox.load(entry.id)) is None:
            return  # it was deleted since, with all that its owner sent
        reading, picture = waiting
        form = encode_form(picture, {"reading": reading.model_dump_json()})
        await self._ingestion.request("PUT", f"/readings/{entry.id}", Caller(entry.by, Role.USER), **form)

    async def _judge(self, entry: Entry, error: UpstreamProblem) -> bool:
        if error.problem.status not in FOR_GOOD:
            return self._postpone(entry, str(error))
        await self._outbox.refuse(entry)
        log.error("Ingestion refuses the reading %s, which is set aside: %s", entry.id, error)
        self._metrics.deliveries.labels("refused").inc()
        return True

    def _postpone(self, entry: Entry, reason: str) -> bool:
        log.warning("The reading %s is not delivered yet: %s", entry.id, reason)
        self._metrics.deliveries.labels("postponed").inc()
        self._postponed += 1
        return False
