"""Workers as real processes, and what their jobs leave behind."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from longhand.contracts.jobs import Job
from longhand.servicekit.jobs.log import JobLog
from longhand.servicekit.jobs.store import FINAL, JobStore

ROOT = Path(__file__).parents[3]
PATIENCE = 40.0


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not fetched yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def until(true: Callable[[], bool], what: str) -> None:
    """Waits for something to become true."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.05)


class Clock:
    """A clock that is set by hand."""

    now = 1_800_000_000.0

    def __call__(self, _: Connection) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@dataclass
class Works:
    """A place where workers work: one database and one folder."""

    folder: Path
    store: JobStore
    state: str
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def hire(
        self, lease: float = 1.5, grace: float = 3.0, queues: str = "", stays: float = 60, **variables: str
    ) -> subprocess.Popen[bytes]:
        """Starts a worker with these environment variables beside."""
        command = [sys.executable, "-W", "error", "-m", "tests.servicekit.jobs.work", self.state]
        command += [str(self.folder / "jobs"), str(lease), str(grace), queues]
        environment = os.environ | {
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "FOLDER": str(self.folder),
            "STAYS_S": str(stays),
        }
        with (self.folder / "worker.log").open("ab") as log:
            worker = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log)
        self.workers.append(worker)
        return worker

    def order(self, program: str, kind: str = "python") -> Job:
        return self.store.submit(kind, {"program": program}, "ada")

    def printed(self, job: Job) -> str:
        return JobLog(self.store.engine).read(job.id).decode()

    def ended(self, job: Job) -> Job:
        until(lambda: self.store.get(job.id).status in FINAL, f"job {job.id} ends; {self.log()}")
        return self.store.get(job.id)

    def appears(self, name: str) -> str:
        path = self.folder / name
        until(lambda: path.exists() and bool(path.read_text()), f"{name} appears; {self.log()}")
        return path.read_text()

    def log(self) -> str:
        path = self.folder / "worker.log"
        return path.read_text() if path.exists() else ""


@pytest.fixture
def works(tmp_path: Path, engine: Engine, store: JobStore) -> Iterator[Works]:
    works = Works(tmp_path, store, str(engine.url))
    yield works
    for worker in works.workers:
        worker.kill()
        worker.communicate()
