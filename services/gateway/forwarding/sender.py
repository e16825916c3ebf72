"""Delivers what waits in the outbox to ingestion, at least once: a reading before its corrections."""

import asyncio
import contextlib
import logging
import random
import time

from sqlalchemy.exc import SQLAlchemyError

from longhand.contracts.accounts import Role
from longhand.servicekit.errors import ServiceError, UpstreamProblem
from longhand.servicekit.tokens import Caller
from longhand.servicekit.upstream import Upstream
from services.gateway.errors import NotCorrected
from services.gateway.forwarding.corrector import deliver
from services.gateway.forwarding.forms import encode_form
from services.gateway.forwarding.vocabularies import Vocabularies
from services.gateway.intake.outbox import Entry, Outbox
from services.gateway.intake.pending import Pending
from services.gateway.intake.shelf import Shelf
from services.gateway.metrics import GatewayMetrics

FOR_GOOD = frozenset({409, 413, 415, 422})
"""Statuses that say that this reading will never be taken, however often it is sent."""

NEVER = FOR_GOOD | {403, 404}
"""The same of a correction, whose reading was deleted since, or which its author may not make."""

ERASED = 410
"""The status that says that a person has had erased what is being delivered."""

LOOK_S = 0.05
"""How often a drain looks whether the outbox is empty."""

log = logging.getLogger(__name__)


class Sender:
    """A few deliveries at a time, each with a growing pause after a failure (seconds)."""

    def __init__(
        self,
        outbox: Outbox,
        ingestion: Upstream,
        shelf: Shelf,
        vocabularies: Vocabularies,
        metrics: GatewayMetrics,
        *,
        at_once: int = 4,
        first_pause: float = 0.25,
        longest_pause: float = 10.0,
    ) -> None:
        self._outbox = outbox
        self._ingestion = ingestion
        self._shelf = shelf
        self._vocabularies = vocabularies
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
        self._metrics.deliveries.labels("delivered").inc()
        return await self._settle_corrections(entry)

    async def _settle_corrections(self, entry: Entry) -> bool:
        """Whether the entry is out of the outbox, once its corrections are delivered in the order of their coming."""
        while not await self._outbox.settle(entry):
            if pending := await self._outbox.next_correction(entry.id):
                try:
                    await self._correct(pending)
                except (ServiceError, OSError, SQLAlchemyError) as error:
                    return self._postpone(entry, str(error))
        return True

    async def _correct(self, pending: Pending) -> None:
        """Delivers a correction, or sets aside what ingestion will never take; raises what may pass."""
        # Asked before: a copy that is gone by now was delivered before, so that ingestion knows the reading.
        elsewhere = await asyncio.to_thread(self._shelf.find, pending.reading)
        caller, at = Caller(pending.by, pending.role), pending.at.isoformat()
        try:
            await deliver(self._ingestion, caller, pending.reading, pending.correction, pending.key, at)
        except UpstreamProblem as error:
            if error.problem.code == NotCorrected.code or error.problem.status == ERASED:
                pass  # somebody else took it back, or it is nobody's any more
            elif error.problem.status not in NEVER or (error.problem.status == 404 and elsewhere):
                raise
            else:
                log.error("Ingestion refuses a correction of %s, which is set aside: %s", pending.reading, error)
                return await self._outbox.refuse_correction(pending)
        self._vocabularies.forget(pending.by)
        await self._outbox.settle_correction(pending)

    async def _deliver(self, entry: Entry) -> None:
        if (waiting := await self._outbox.load(entry.id)) is None:
            return  # it was deleted since, with all that its owner sent
        reading, picture = waiting
        form = encode_form(picture, {"reading": reading.model_dump_json()})
        await self._ingestion.request("PUT", f"/readings/{entry.id}", Caller(entry.by, Role.USER), **form)

    async def _judge(self, entry: Entry, error: UpstreamProblem) -> bool:
        if error.problem.status == ERASED:
            await asyncio.to_thread(self._outbox.drop, entry.id)
            self._metrics.deliveries.labels("erased").inc()
            return True
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
