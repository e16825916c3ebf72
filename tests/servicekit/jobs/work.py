"""A worker for tests: each job brings the program that it runs. `main` is a worker, `stay` a process that stays."""

import os
import sys
from pathlib import Path

from pydantic import BaseModel

from longhand.contracts.jobs import Job
from longhand.servicekit import logs
from longhand.servicekit.errors import Invalid
from longhand.servicekit.jobs.kinds import Kind, Kinds
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.jobs.working.worker import Worker
from longhand.servicekit.state import open_engine


class Program(BaseModel, extra="forbid"):
    """What a job of these tests does."""

    program: str = ""


def run(job: Job) -> list[str]:
    return [sys.executable, "-c", str(job.arguments["program"])]


def refuse(job: Job) -> list[str]:
    raise Invalid("There is no such data set.")


def break_down(job: Job) -> list[str]:
    raise KeyError("recipe")


def stay(job: Job) -> list[str]:
    return [sys.executable, "-m", "tests.servicekit.jobs.resident"]


KINDS = Kinds(
    Kind("python", "slow", Program, run, alike=("program",)),
    Kind("refused", "slow", Program, refuse),
    Kind("broken", "slow", Program, break_down),
    Kind("missing", "slow", Program, lambda _: ["/nonexistent/program"]),
    Kind("quick", "quick", Program, run, {"GREETING": "hello"}),
    Kind("resident", "quick", Program, stay, stays_s=float(os.environ.get("STAYS_S", "60"))),
)


def main(state: str, directory: str, lease: str, grace: str, queues: str) -> None:
    logs.configure("work")
    store, chosen = JobStore(open_engine(state), "trn"), queues.split()
    Worker(store, KINDS, Path(directory), float(lease), grace_s=float(grace), queues=chosen).run()
    print("fastapi" if "fastapi" in sys.modules else "light", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
