"""Erases a person's data in all services: calls go from here, each is made again until it has succeeded.

Each step is written down when it is done, so a gateway that is killed goes on where it was, or another one does.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy.exc import SQLAlchemyError

from longhand.contracts.accounts import Role
from longhand.contracts.erasures import Erased, Erasure, ErasureStep
from longhand.contracts.holdings import Subject
from longhand.contracts.jobs import Job
from longhand.contracts.learning import GatherRequest
from longhand.servicekit.errors import ServiceError, Unavailable
from longhand.servicekit.tokens import Caller
from longhand.servicekit.upstream import Upstream
from services.gateway.erasing.ledger import Ledger
from services.gateway.erasing.local import Local
from services.gateway.erasing.table import Records, Work, new_id
from services.gateway.identity.audit import Now, utc_now

PLATFORM = Caller("longhand", Role.ADMIN)
PATIENCE_S = 600.0
"""How long a service may take for its step; it freezes versions anew within it."""

STEPS = tuple(ErasureStep)
_IDS = TypeAdapter(list[str])

log = logging.getLogger(__name__)


class Eraser:
    """Begins erasures, and pushes those that are under way."""

    def __init__(
        self,
        records: Records,
        ledger: Ledger,
        local: Local,
        ingestion: Upstream,
        training: Upstream,
        prediction: Upstream,
        now: Now = utc_now,
    ) -> None:
        self.records, self._ledger, self._local, self._now = records, ledger, local, now
        self._ingestion, self._training = ingestion, training
        self._prediction = prediction
        self._cleared: set[str] = set()
        self._steps: dict[ErasureStep, Callable[[Work], Awaitable[Work]]] = {
            ErasureStep.PLAN: self._plan,
            ErasureStep.GATEWAY: self._clear,
            ErasureStep.INGESTION: lambda work: self._ask(self._ingestion, work),
            ErasureStep.TRAINING: lambda work: self._ask(self._training, work),
            ErasureStep.PREDICTION: lambda work: self._ask(self._prediction, work),
            ErasureStep.REBUILD: self._rebuild,
        }

    async def begin(self, person: str, by: str) -> Erasure:
        """Write an erasure down: from here on it is done, whatever happens to this process."""
        erasure = Erasure(id=new_id(), person=person, by=by, at=self._now())
        try:
            await asyncio.to_thread(self._ledger.keep, erasure)
        except OSError as error:
            log.error("No erasure can be written down in LONGHAND_GATEWAY_ERASURES: %s", error)
            raise Unavailable(
                "The erasure cannot be written down now: tell an administrator, and try again."
            ) from error
        await asyncio.to_thread(self.records.add, erasure)
        self._local.forget(person)
        return erasure

    async def push(self) -> None:
        """Take every step that can be taken now; one erasure's trouble is not another's."""
        for work in await asyncio.to_thread(self.records.open):
            await self._go_on(work)
        await self._clear_others()

    async def review(self) -> None:
        """Do again what a service that was restored from a backup no longer knows, or this database."""
        known = await asyncio.to_thread(self.records.all)
        for erasure in await asyncio.to_thread(self._ledger.all):
            if erasure.id not in {one.id for one in known}:
                await asyncio.to_thread(self.records.add, _anew(erasure))
        for service in (self._ingestion, self._training):
            with contextlib.suppress(ServiceError):
                answer = await service.request("GET", "/erasures", PLATFORM)
                await asyncio.to_thread(self._reopen, service.audience, set(_IDS.validate_json(answer.content)))

    def _reopen(self, service: str, done: set[str]) -> None:
        for one in self.records.all(done):
            if one.step is ErasureStep.DONE:
                log.warning("The %s service does not know the erasure %s: it is done again.", service, one.id)
                self.records.take(one.step, Work(_anew(one), one.subject))

    async def _go_on(self, work: Work) -> None:
        try:
            while (step := work.erasure.step) is not ErasureStep.DONE:
                work = _next(await self._steps[step](work), self._now)
                if not await asyncio.to_thread(self.records.take, step, work):
                    return  # another gateway goes on with it
            await asyncio.to_thread(self._ledger.keep, work.erasure)
            await asyncio.to_thread(self._local.scrub)  # of the hashes of pictures, which were kept until now
        except (ServiceError, OSError, SQLAlchemyError) as error:
            log.warning("The erasure %s waits at the step %s: %s", work.erasure.id, step.value, error)

    async def _plan(self, work: Work) -> Work:
        await asyncio.to_thread(self._ledger.keep, work.erasure)
        asked = {"person": work.erasure.person, "until": work.erasure.at.isoformat()}
        answer = await self._ingestion.request("GET", "/erasures/plan", PLATFORM, params=asked, timeout=PATIENCE_S)
        return Work(work.erasure, work.subject.join(Subject.model_validate_json(answer.content)))

    async def _clear(self, work: Work) -> Work:
        self._local.forget(work.erasure.person)
        held = await asyncio.to_thread(self._local.delete, work.subject)
        self._cleared.add(work.erasure.id)
        return Work(work.erasure.joined("gateway", Erased(held=held)), work.subject)

    async def _clear_others(self) -> None:
        """What another gateway has begun is cleared here as well; after a start, everything once more."""
        for one in await asyncio.to_thread(self.records.all, self._cleared):
            if one.step is not ErasureStep.PLAN:
                self._local.forget(one.person)
                await asyncio.to_thread(self._local.delete, one.subject)
                self._cleared.add(one.id)

    async def _ask(self, service: Upstream, work: Work) -> Work:
        # Prediction knows people by name alone; ingestion may have withdrawn versions that were frozen since the plan.
        known = work.erasure.subject
        subject = known if service is self._prediction else work.subject.join(known)
        content = subject.model_dump(mode="json")
        path = f"/erasures/{work.erasure.id}"
        answer = await service.request("PUT", path, PLATFORM, json=content, timeout=PATIENCE_S)
        erased = Erased.model_validate_json(answer.content)
        return Work(work.erasure.joined(service.audience, erased), work.subject)

    async def _rebuild(self, work: Work) -> Work:
        """Gathers the corrections that are left: every model of the task then learns from them."""
        erasure, jobs = work.erasure, list(work.erasure.jobs)
        for task in erasure.rebuild:
            asked = GatherRequest(task=task, reason="erasure").model_dump(mode="json")
            key = {"Idempotency-Key": f"{erasure.id}-{task.value}"}
            answer = await self._ingestion.request("POST", "/corrections/gather", PLATFORM, json=asked, headers=key)
            jobs.append(Job.model_validate_json(answer.content).id)
        return Work(erasure.model_copy(update={"jobs": list(dict.fromkeys(jobs))}), work.subject)


def _next(work: Work, now: Callable[[], datetime]) -> Work:
    step = STEPS[STEPS.index(work.erasure.step) + 1]
    ended = {"ended_at": now()} if step is ErasureStep.DONE else {}
    return Work(work.erasure.model_copy(update={"step": step, **ended}), work.subject)


def _anew(erasure: Erasure) -> Erasure:
    return erasure.model_copy(update={"step": ErasureStep.PLAN, "ended_at": None})
