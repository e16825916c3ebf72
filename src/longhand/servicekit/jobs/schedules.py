"""Work that is due at set times, once, however many workers run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pydantic import JsonValue
from sqlalchemy.exc import IntegrityError

from longhand.contracts.jobs import Job
from longhand.servicekit.jobs.crontab import Crontab
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.jobs.table import fired
from longhand.servicekit.state import reading

MINUTE = 60


@dataclass(frozen=True)
class Schedule:
    """A job to submit whenever `crontab` (minute hour day month weekday, in UTC, 0 = Sunday) comes due.

    A ValueError where that is no crontab. What came due while no worker ran is not made up for.
    """

    name: str
    crontab: str
    kind: str
    arguments: Mapping[str, JsonValue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        Crontab.parse(self.crontab)

    def due(self, seconds: float) -> bool:
        """Whether it is due in the minute that begins at `seconds` since 1970."""
        return Crontab.parse(self.crontab).matches(datetime.fromtimestamp(seconds, UTC))


def fire(store: JobStore, schedules: Iterable[Schedule]) -> list[Job]:
    """Submits what is due in this minute and was not fired for it yet."""
    with reading(store.engine) as connection:
        due = store.clock(connection) // MINUTE * MINUTE
    jobs = (_fire(store, schedule, due) for schedule in schedules if schedule.due(due))
    return [job for job in jobs if job]


def _fire(store: JobStore, schedule: Schedule, due: float) -> Job | None:
    try:
        with store.engine.begin() as connection:
            connection.execute(fired.insert().values(schedule=schedule.name, due=due))
            return store.place(connection, schedule.kind, schedule.arguments, f"schedule {schedule.name}")
    except IntegrityError:
        return None
