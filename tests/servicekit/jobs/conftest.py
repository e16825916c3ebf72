"""Workers as real processes, and what their jobs leave behind."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine

from longhand.contracts.jobs import Job
from longhand.servicekit.jobs.notifier import Bell
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


@dataclass
class Works:
    """A place where workers work: one database, one queue, one folder."""

    folder: Path
    store: JobStore
    queue: str
    bell: Bell
    state: str
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def hire(self, lease: float = 1.5, grace: float = 3.0, queue: str = "") -> subprocess.Popen[bytes]:
        script = str(Path(__file__).with_name("work.py"))
        command = [sys.executable, "-W", "error", script, self.state, queue or self.queue]
        command += [str(self.folder / "jobs"), str(lease), str(grace)]
        environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "FOLDER": str(self.folder)}
        with (self.folder / "worker.log").open("ab") as log:
            worker = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log)
        self.workers.append(worker)
        return worker

    def order(self, program: str, ring: bool = True, kind: str = "python") -> Job:
        job = self.store.submit(kind, {"program": program}, "ada")
        if ring:
            self.bell.ring(job.id)
        return job

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
    queue = f"sqlite:///{tmp_path}/queue.db"
    works = Works(tmp_path, store, queue, Bell(queue), str(engine.url))
    yield works
    for worker in works.workers:
        worker.kill()
        worker.communicate()
    works.bell.close()
