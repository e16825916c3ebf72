"""`python -m services.training.worker`: do the queued trainings, one at a time, each in a process of its own."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from longhand.contracts.jobs import Job, TrainRequest
from longhand.contracts.models import ModelName
from longhand.servicekit import logs
from longhand.servicekit.jobs.notifier import Bell
from longhand.servicekit.jobs.schedules import Schedule
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.jobs.worker import Worker
from longhand.servicekit.state import migrate, open_engine
from services.training.settings import TrainingSettings


@contextmanager
def working(settings: TrainingSettings) -> Iterator[Worker]:
    """A worker, its database and its queue closed at the end."""
    engine = open_engine(settings.state_url)
    migrate(engine, "longhand.servicekit.jobs")
    bell = Bell(settings.queue_url, "training")
    arguments = command_line(settings)

    def command(job: Job) -> list[str]:
        return [sys.executable, "-m", "services.training.child", *arguments]

    store = JobStore(engine, "trn")
    try:
        yield Worker(store, bell, command, settings.jobs_directory, settings.lease, schedules(settings))
    finally:
        bell.close()
        engine.dispose()


def command_line(settings: TrainingSettings) -> list[str]:
    """What the child is told of the settings."""
    places = {
        "source": settings.source,
        "workspaces": settings.workspaces,
        "cache": settings.cache_directory,
        "store": settings.store_url,
        "mlflow": settings.mlflow_url,
    }
    return [part for name, value in places.items() for part in (f"--{name}", str(value))]


def schedules(settings: TrainingSettings) -> list[Schedule]:
    """When to train which model without being asked; a ValueError where the setting is no crontab."""
    if not settings.schedule:
        return []
    wishes = [TrainRequest(model=model, recipe=settings.schedule_recipe) for model in ModelName]
    return [Schedule(f"train-{wish.model}", settings.schedule, "train", wish.model_dump()) for wish in wishes]


def main() -> None:
    """Work until SIGTERM."""
    settings = TrainingSettings()
    logs.configure("training-worker", settings.log_level)
    with working(settings) as worker:
        worker.run()


if __name__ == "__main__":
    main()
