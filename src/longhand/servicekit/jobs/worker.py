"""A worker: takes one waiting job at a time, runs it as a process group, and answers for it while it runs."""

import logging
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from sqlalchemy.exc import SQLAlchemyError

from longhand.contracts.jobs import Job
from longhand.errors import LonghandError
from longhand.servicekit.jobs.notifier import Bell
from longhand.servicekit.jobs.presence import attend
from longhand.servicekit.jobs.runner import Run
from longhand.servicekit.jobs.schedules import Schedule, fire
from longhand.servicekit.jobs.store import JobStore, Verdict

_log = logging.getLogger(__name__)
POLL = 0.5
STEP = 0.2
End = Literal["ended", "cancel", "lost", "drain"]


class Worker:
    """Runs jobs until it is told to stop; `command` says how a job is run, and may refuse it with a LonghandError.

    A job that this worker was not heard of for `lease_s` seconds belongs to whoever takes it next. Told to stop, the
    worker gives its job `grace_s` seconds to end and puts it back to wait.
    """

    def __init__(
        self,
        store: JobStore,
        bell: Bell,
        command: Callable[[Job], Sequence[str]],
        directory: Path,
        lease_s: float = 15.0,
        schedules: Sequence[Schedule] = (),
        grace_s: float = 10.0,
    ) -> None:
        self.name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        self._store, self._bell, self._command, self._directory = store, bell, command, directory
        self._lease, self._grace, self._schedules = lease_s, grace_s, schedules
        self._beat_every = min(lease_s / 3, 2.0)
        self._beaten = self._swept = float("-inf")
        self._draining = threading.Event()

    def run(self) -> None:
        """Works until SIGTERM, SIGINT or `stop`, then drains."""
        _log.info("worker %s waits for jobs", self.name)
        with _signals(self.stop):
            while not self._draining.is_set():
                swept = self._sweep()
                found = self._bell.listen() or (self._overheard() if swept else None)
                if found:
                    self._take(found)
                else:
                    self._draining.wait(0.01 if self._bell.waits else POLL)
        _log.info("worker %s has drained", self.name)

    def stop(self) -> None:
        """Lets `run` drain and return."""
        self._draining.set()

    def _sweep(self) -> bool:
        """Every few seconds: is seen, queues again what lapsed, fires schedules. Whether it was time to."""
        now = time.monotonic()
        if now - self._swept < min(self._lease / 3, 5.0):
            return False
        self._swept = now
        try:
            attend(self._store.engine, self.name, self._store.clock())
            fired = [job.id for job in fire(self._store, self._schedules)]
            for id in [*self._store.requeue_lapsed(self.name), *fired]:
                self._bell.ring(id)
        except SQLAlchemyError as error:
            _log.warning("the jobs table is away: %s", error)
        return True

    def _overheard(self) -> str | None:
        """A job that waits though nothing rings for it."""
        try:
            return next(iter(self._store.waiting(1)), None)
        except SQLAlchemyError:
            return None

    def _take(self, id: str) -> None:
        try:
            job = self._store.claim(id, self.name, self._lease)
        except SQLAlchemyError as error:
            _log.warning("job %s cannot be claimed: %s", id, error)
            return
        if job is None:
            return
        _log.info("job %s begins, attempt %s", job.id, job.attempt)
        self._beaten = time.monotonic()
        if run := self._start(job):
            self._settle(run, self._watch(run))

    def _start(self, job: Job) -> Run | None:
        try:
            return Run.start(job, self._command(job), self._directory)
        except LonghandError as error:
            code, sentence = error.code, error.sentence
        except Exception:
            _log.exception("job %s cannot be started", job.id)
            code, sentence = "internal_error", "The job could not be started; the worker's log says why."
        self._note(lambda: self._store.fail(job.id, self.name, code, sentence))
        return None

    def _watch(self, run: Run) -> End:
        """Heartbeats until the job ends or must end."""
        while not run.ended():
            if self._draining.is_set():
                return "drain"
            if (verdict := self._beat(run)) != "go":
                return verdict
            self._sweep()
            self._draining.wait(STEP)
        return "ended"

    def _beat(self, run: Run, now: bool = False) -> Verdict:
        """A heartbeat, where it is time; while the table is away the job is held for as long as its lease lasts."""
        silence = time.monotonic() - self._beaten
        if silence < self._beat_every and not now:
            return "go"
        try:
            verdict = self._store.heartbeat(run.job.id, self.name, run.progress())
        except SQLAlchemyError as error:
            _log.warning("no heartbeat for %s: %s", run.job.id, error)
            return "lost" if silence > self._lease else "go"
        self._beaten = time.monotonic()
        return verdict

    def _settle(self, run: Run, end: End) -> None:
        if end == "lost":
            run.kill()
        elif end != "ended":
            self._end(run)
            self._beat(run, now=True)
        else:
            self._beat(run, now=True)
        if self._note(lambda: self._conclude(run, end)):
            _log.info("job %s: %s", run.job.id, end)
        else:
            _log.warning("job %s is another worker's: what came of it here does not count", run.job.id)
        if end == "drain":
            self._bell.ring(run.job.id)

    def _end(self, run: Run) -> None:
        """Asks the group to end, and ends it after the grace; the lease is kept until then."""
        run.terminate()
        until = time.monotonic() + self._grace
        while not run.ended() and time.monotonic() < until:
            self._beat(run)
            time.sleep(STEP / 4)
        run.kill()

    def _conclude(self, run: Run, end: End) -> bool:
        store, id, error = self._store, run.job.id, run.error()
        if end == "lost":
            return False
        if end == "cancel":
            return store.stop(id, self.name)
        # Asked to end, a program may well do so with 0: only a result says that it was done.
        if end == "drain" and (error or not run.result()):
            return store.release(id, self.name)
        if error:
            return store.fail(id, self.name, error.code, error.message)
        return store.succeed(id, self.name, run.result())

    def _note(self, note: Callable[[], bool]) -> bool:
        """Notes an outcome, again and again for as long as the lease may last while the table is away."""
        until = time.monotonic() + self._lease
        while True:
            try:
                return note()
            except SQLAlchemyError as error:
                _log.warning("the outcome cannot be noted: %s", error)
                if time.monotonic() > until:
                    return False
                time.sleep(STEP)


@contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    """Lets SIGTERM and SIGINT stop the worker, where this is the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGTERM, signal.SIGINT)
    before: Mapping[int, Any] = {number: signal.signal(number, lambda *_: stop()) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
