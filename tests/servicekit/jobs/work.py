"""A worker for tests: each job brings the program that it runs."""

import sys
from pathlib import Path

from longhand.contracts.jobs import Job
from longhand.servicekit import logs
from longhand.servicekit.errors import Invalid
from longhand.servicekit.jobs.notifier import Bell
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.jobs.worker import Worker
from longhand.servicekit.state import open_engine


def command(job: Job) -> list[str]:
    if job.kind == "refused":
        raise Invalid("There is no such data set.")
    if job.kind == "broken":
        raise KeyError("recipe")
    if job.kind == "missing":
        return ["/nonexistent/program"]
    return [sys.executable, "-c", job.arguments["program"]]


def main(state: str, queue: str, directory: str, lease: str, grace: str) -> None:
    logs.configure("work")
    store = JobStore(open_engine(state), "trn")
    Worker(store, Bell(queue), command, Path(directory), lease_s=float(lease), grace_s=float(grace)).run()
    print("fastapi" if "fastapi" in sys.modules else "light", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
