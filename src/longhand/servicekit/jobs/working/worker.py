"""A worker: one process that serves several queues, each in a thread, so that none waits for another's jobs."""

import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from longhand.servicekit.jobs.kinds import Kinds
from longhand.servicekit.jobs.leases import Leases
from longhand.servicekit.jobs.log import JobLog
from longhand.servicekit.jobs.presence import attend, leave
from longhand.servicekit.jobs.schedules import Schedule, fire
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.jobs.working.attempt import Holder
from longhand.servicekit.jobs.working.consumer import Consumer
from longhand.servicekit.jobs.working.remains import clear

_log = logging.getLogger(__name__)
STUCK_S = 60.0


class Worker:
    """Runs the jobs of these queues, or of all, until it is asked to stop.

    A job that this worker was not heard of for `lease_s` seconds belongs to the next one that takes it. Asked to stop,
    the worker gives its jobs `grace_s` seconds to end and puts them back to wait.
    """

    def __init__(
        self,
        store: JobStore,
        kinds: Kinds,
        directory: Path,
        lease_s: float = 15.0,
        schedules: Sequence[Schedule] = (),
        grace_s: float = 10.0,
        queues: Collection[str] = (),
    ) -> None:
        self.name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        self._store, self._schedules, self._directory = store, schedules, directory
        self._leases = Leases(store)
        self._sweep_every = min(lease_s / 3, 5.0)
        self._draining = threading.Event()
        holder = Holder(self.name, self._leases, JobLog(store.engine), kinds, lease_s, grace_s)
        self._consumers = {
            queue: Consumer(store, holder, names, directory, self._draining)
            for queue, names in kinds.queues.items()
            if not queues or queue in queues
        }

    def run(self) -> None:
        """Works until SIGTERM, SIGINT or `stop`, then drains; a thread that dies ends the worker with its error."""
        _log.info("worker %s serves %s", self.name, ", ".join(self._consumers))
        failures: list[Exception] = []
        threads = [threading.Thread(target=self._serve, args=(one, failures)) for one in self._consumers.values()]
        with _signals(self.stop):
            self._despite_outages(lambda: clear(self._store, self._directory))
            for thread in threads:
                thread.start()
            while not self._draining.is_set():
                self._despite_outages(self._sweep)
                self._draining.wait(self._sweep_every)
            for thread in threads:
                thread.join()
        self._despite_outages(lambda: leave(self._store.engine, self.name))
        _log.info("worker %s has drained", self.name)
        if failures:
            raise failures[0]

    def stop(self) -> None:
        """Lets `run` drain and return."""
        self._draining.set()

    def _serve(self, consumer: Consumer, failures: list[Exception]) -> None:
        try:
            consumer.run()
        except Exception as error:
            failures.append(error)
            self.stop()

    def _sweep(self) -> None:
        """Is seen, where no thread is stuck; queues again what lapsed; fires schedules."""
        store = self._store
        if all(consumer.stuck_s < STUCK_S for consumer in self._consumers.values()):
            attend(store.engine, self.name, socket.gethostname(), self._consumers, store.clock)
        fire(store, self._schedules)
        self._leases.requeue_lapsed(self.name)

    def _despite_outages(self, step: Callable[[], object]) -> None:
        try:
            step()
        except SQLAlchemyError as error:
            _log.warning("the jobs table is away: %s", error)


@contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    """Lets SIGTERM and SIGINT stop the worker, where this is the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, lambda *_: stop()) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
