"""Takes the waiting jobs of one queue, one at a time."""

import logging
import threading
import time
from collections.abc import Collection
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from longhand.contracts.jobs import Job
from longhand.errors import LonghandError
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.jobs.working.attempt import Attempt, Holder, insist
from longhand.servicekit.jobs.working.runner import Run, Runner

_log = logging.getLogger(__name__)
POLL = 0.25


class Consumer:
    """Looks into the table four times a second for jobs of these kinds; `draining` ends it."""

    def __init__(
        self, store: JobStore, holder: Holder, kinds: Collection[str], directory: Path, draining: threading.Event
    ) -> None:
        self._store, self._holder, self._kinds, self._draining = store, holder, kinds, draining
        self._runners = {name: Runner(holder.kinds[name], directory) for name in kinds}
        self._alive = time.monotonic()

    @property
    def stuck_s(self) -> float:
        """Seconds since this last went round."""
        return time.monotonic() - self._alive

    def run(self) -> None:
        """Works until it drains."""
        try:
            while not self._draining.is_set():
                self._touch()
                if job := self._next():
                    self._do(job)
                else:
                    self._rest()
        finally:
            for runner in self._runners.values():
                runner.close()

    def _next(self) -> Job | None:
        """The oldest job that waits, now held by this worker; None where none does, or the table is away."""
        try:
            for id in self._store.waiting(3, self._kinds):
                if job := self._holder.leases.claim(id, self._holder.name, self._holder.lease_s):
                    return job
        except SQLAlchemyError as error:
            _log.warning("the jobs table is away: %s", error)
        return None

    def _do(self, job: Job) -> None:
        _log.info("job %s begins, attempt %s", job.id, job.attempt)
        if run := self._start(job):
            attempt = Attempt(run, self._holder)
            attempt.settle(attempt.watch(self._draining, self._touch))
            self._runners[job.kind].touch()

    def _start(self, job: Job) -> Run | None:
        try:
            return self._runners[job.kind].start(job)
        except LonghandError as error:
            code, sentence = error.code, error.sentence
        except Exception:
            _log.exception("job %s cannot be started", job.id)
            code, sentence = "internal_error", "The job could not be started; the worker's log says why."
        insist(lambda: self._holder.leases.fail(job.id, self._holder.name, code, sentence), self._holder.lease_s)
        return None

    def _rest(self) -> None:
        for runner in self._runners.values():
            runner.rest()
        self._draining.wait(POLL)

    def _touch(self) -> None:
        self._alive = time.monotonic()
