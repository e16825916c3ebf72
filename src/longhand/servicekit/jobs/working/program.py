"""The command line of a worker."""

import argparse
import socket
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager

from longhand.servicekit import logs
from longhand.servicekit.jobs.presence import is_seen
from longhand.servicekit.jobs.working.worker import Worker
from longhand.servicekit.settings import JobSettings
from longhand.servicekit.state import open_engine

Working = Callable[[Collection[str]], AbstractContextManager[Worker]]


def main(settings: JobSettings, working: Working, queues: Sequence[str], arguments: Sequence[str] | None = None) -> int:
    """Works until SIGTERM, or says by its exit status whether the worker of this machine is seen."""
    parser = argparse.ArgumentParser(description=f"Does the jobs of {settings.service} until SIGTERM.")
    parser.add_argument("--queue", action="append", choices=queues, help="a queue to serve; all of them where absent")
    parser.add_argument("--check", action="store_true", help="end with 0 if this machine's worker is seen, else with 1")
    given = parser.parse_args(arguments)
    if given.check:
        return check(settings.state_url)
    logs.configure(f"{settings.service}-worker", settings.log_level)
    with working(given.queue or ()) as worker:
        worker.run()
    return 0


def check(state_url: str) -> int:
    """0 where the worker that was started last on this machine was seen by its table a moment ago, else 1."""
    engine = open_engine(state_url)
    try:
        return 0 if is_seen(engine, socket.gethostname()) else 1
    finally:
        engine.dispose()
