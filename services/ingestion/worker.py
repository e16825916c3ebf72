"""`python -m services.ingestion.worker`: do the queued jobs, one at a time, each in a process of its own."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from longhand.contracts.jobs import Job
from longhand.servicekit import logs
from longhand.servicekit.jobs.notifier import Bell
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.jobs.worker import Worker
from longhand.servicekit.state import migrate, open_engine
from services.ingestion.settings import IngestionSettings


@contextmanager
def working(settings: IngestionSettings) -> Iterator[Worker]:
    """A worker, its database and its queue closed at the end."""
    engine = open_engine(settings.state_url)
    migrate(engine, "longhand.servicekit.jobs")
    bell = Bell(settings.queue_url, "ingestion")
    arguments = ["--store", settings.store_url, "--imports", str(settings.imports_directory)]
    if settings.datasets:
        arguments += ["--datasets", str(settings.datasets)]

    def command(job: Job) -> list[str]:
        return [sys.executable, "-m", "services.ingestion.child", *arguments]

    try:
        yield Worker(JobStore(engine, "ing"), bell, command, settings.jobs_directory, lease_s=settings.lease)
    finally:
        bell.close()
        engine.dispose()


def main() -> None:
    """Work until SIGTERM."""
    settings = IngestionSettings()
    logs.configure("ingestion-worker", settings.log_level)
    with working(settings) as worker:
        worker.run()


if __name__ == "__main__":
    main()
