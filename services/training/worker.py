"""`python -m services.training.worker`: do the queued trainings, each in a process of its own."""

import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from longhand.contracts.jobs import TrainRequest
from longhand.contracts.models import ModelName
from longhand.servicekit.jobs.schedules import Schedule
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.jobs.working import program
from longhand.servicekit.jobs.working.worker import Worker
from longhand.servicekit.state import migrate, open_engine
from services.training.kinds import list_kinds
from services.training.recipes import read_params
from services.training.settings import TrainingSettings


@contextmanager
def working(settings: TrainingSettings, queues: Collection[str] = ()) -> Iterator[Worker]:
    """A worker of these queues, or of all, its database closed at the end."""
    engine = open_engine(settings.state_url)
    migrate(engine, "longhand.servicekit.jobs")
    kinds, store = list_kinds(settings), JobStore(engine, "trn")
    try:
        yield Worker(store, kinds, settings.jobs_directory, settings.lease, schedules(settings), queues=queues)
    finally:
        engine.dispose()


def schedules(settings: TrainingSettings) -> list[Schedule]:
    """When to train which model of the recipe without being asked.

    Raises BrokenSource where there is no such recipe, and a ValueError where the setting is no crontab.
    """
    if not settings.schedule:
        return []
    made = read_params(settings.source, settings.schedule_recipe)
    requests = [TrainRequest(model=model, recipe=settings.schedule_recipe) for model in ModelName if model in made]
    return [Schedule(f"train-{one.model}", settings.schedule, "train", one.model_dump()) for one in requests]


def main() -> int:
    """Work until SIGTERM."""
    settings = TrainingSettings()
    return program.main(settings, lambda queues: working(settings, queues), list(list_kinds(settings).queues))


if __name__ == "__main__":
    sys.exit(main())
