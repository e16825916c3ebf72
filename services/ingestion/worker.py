"""`python -m services.ingestion.worker`: do the queued jobs, each in a process of its own."""

import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from longhand.contracts.learning import GatherRequest
from longhand.servicekit.jobs.schedules import Schedule
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.jobs.working import program
from longhand.servicekit.jobs.working.worker import Worker
from longhand.servicekit.state import migrate, open_engine
from services.ingestion.kinds import list_kinds
from services.ingestion.settings import IngestionSettings


@contextmanager
def working(settings: IngestionSettings, queues: Collection[str] = ()) -> Iterator[Worker]:
    """A worker of these queues, or of all, its database closed at the end."""
    engine = open_engine(settings.state_url)
    migrate(engine, "longhand.servicekit.jobs")
    kinds, store = list_kinds(settings), JobStore(engine, "ing")
    try:
        yield Worker(store, kinds, settings.jobs_directory, settings.lease, schedules(settings), queues=queues)
    finally:
        engine.dispose()


def schedules(settings: IngestionSettings) -> list[Schedule]:
    """When to gather corrections without being asked; a ValueError where the setting is no crontab."""
    if not settings.gather_schedule:
        return []
    request = GatherRequest(reason="schedule").model_dump(mode="json")
    return [Schedule("gather", settings.gather_schedule, "gather", request)]


def main() -> int:
    """Work until SIGTERM."""
    settings = IngestionSettings()
    return program.main(settings, lambda queues: working(settings, queues), list(list_kinds(settings).queues))


if __name__ == "__main__":
    sys.exit(main())
