"""Follows the journal, read-only: who has corrected, and whose adapter is for a champion of before."""

import logging
import math
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from longhand.contracts.jobs import AdaptRequest
from longhand.contracts.readings import Task
from longhand.samples.lessons import Change
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.rounds import repeat
from longhand.tasks import TASKS
from services.training.adapting.records import BY, Adaptations

SETTLED_S, GATHERED_S = 2.0, 5.0
"""Corrections are gathered until none has come for the first, but no longer than the second."""

REFIT_S = 60.0
"""How often it is looked for adapters of a former champion."""

log = logging.getLogger(__name__)


class Lessons(Protocol):
    """What changed in the journal, and whether there is anything in it."""

    def begun(self) -> bool: ...

    def after(self, number: int) -> Sequence[Change]: ...


class Deployments(Protocol):
    """Which versions serve, and whose adapters are out of date."""

    def outdated(self, name: str) -> list[str]: ...


class Follower:
    """Queues adaptations. All that it knows lies in the database: any number of processes may follow, and be killed."""

    def __init__(
        self,
        lessons: Lessons,
        adaptations: Adaptations,
        deployments: Deployments,
        store: JobStore,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._lessons, self._adaptations, self._deployments = lessons, adaptations, deployments
        self._store, self._clock = store, clock
        self._prepared, self._refitted = False, -math.inf

    def prepare(self) -> None:
        """Let a process get ready once people have something read, so that the first correction does not wait for it.

        Before, it would only take memory.
        """
        if not self._prepared and self._lessons.begun():
            for task in Task:
                self._submit(AdaptRequest(task=task))
            self._prepared = True

    def follow(self) -> None:
        """Queue what is due: one adaptation for each person and task, however many corrections there are."""
        since = self._adaptations.cursor()
        changes = self._lessons.after(since)
        if changes and self._has_settled(changes):
            wanted = dict.fromkeys((one.user, one.task) for one in changes)
            requests = [AdaptRequest(task=Task(task), user=user) for user, task in wanted]
            self._adaptations.follow(since, changes[-1].number, requests)

    def refit(self) -> None:
        """Queue people whose adapter is for a version that serves no longer; until then everybody's model answers.

        In a queue of their own: after a promotion they are many, and no correction waits for them.
        """
        for model, task in TASKS.items():
            for user in self._deployments.outdated(model):
                self._submit(AdaptRequest(task=Task(task.wire), user=user), "refit")

    async def run(self, interval: float) -> None:
        """Follow until cancelled, every `interval` seconds."""
        await repeat(self._make_round, interval, log, "Corrections are not followed for now")

    def _make_round(self) -> None:
        self.prepare()
        self.follow()
        if time.monotonic() - self._refitted > REFIT_S:
            self.refit()
            self._refitted = time.monotonic()

    def _has_settled(self, changes: Sequence[Change]) -> bool:
        now = self._clock()
        return now - changes[-1].at.timestamp() > SETTLED_S or now - changes[0].at.timestamp() > GATHERED_S - 1

    def _submit(self, request: AdaptRequest, kind: str = "adapt") -> None:
        self._store.submit(kind, request.model_dump(mode="json"), BY)
