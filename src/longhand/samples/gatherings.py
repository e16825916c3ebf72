"""The gatherings: when which corrections were frozen as which dataset version. Training follows them by number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, func, insert, select
from sqlalchemy.engine import Engine

from longhand.samples.readings import Opening
from longhand.samples.tables import gatherings


@dataclass(frozen=True)
class Gathering:
    """The corrections of a task up to the line `upto` of the journal, frozen as `version`.

    `first_at` is when the oldest correction was made that no gathering before had. With `full` the models are
    trained anew. `reason` says what asked for it, `by` who. `number` is 0 before it is written down.
    """

    task: str
    version: str
    corrections: int
    new: int
    upto: int
    first_at: datetime
    full: bool
    reason: str
    by: str
    at: datetime
    left_out: Mapping[str, int]
    number: int = 0


class Gatherings:
    """The table of gatherings; `opening` opens the database to read only."""

    def __init__(self, engine: Engine, opening: Opening = Engine.connect) -> None:
        self._engine = engine
        self._opening = opening

    def add(self, made: Gathering) -> bool:
        """Write a gathering down; False where the last one of its task has the same version and asks for no more."""
        values = {name: getattr(made, name) for name in NAMES}
        with self._engine.begin() as connection:
            query = select(gatherings).where(gatherings.c.task == made.task)
            last = connection.execute(query.order_by(gatherings.c.number.desc()).limit(1)).first()
            if last and last.version == made.version and last.full >= made.full:
                return False
            connection.execute(insert(gatherings).values(values))
        return True

    def last(self, task: str) -> Gathering | None:
        """The newest gathering of a task."""
        query = select(gatherings).where(gatherings.c.task == task).order_by(gatherings.c.number.desc()).limit(1)
        with self._opening(self._engine) as connection:
            row = connection.execute(query).first()
        return _read(row) if row else None

    def after(self, number: int, limit: int = 100) -> list[Gathering]:
        """The gatherings after the one with this number, oldest first."""
        query = select(gatherings).where(gatherings.c.number > number).order_by(gatherings.c.number).limit(limit)
        with self._opening(self._engine) as connection:
            return [_read(row) for row in connection.execute(query)]

    def covering(self, task: str, number: int, limit: int) -> list[Gathering]:
        """The first gatherings of a task that went as far as this line of the journal, oldest first."""
        here = (gatherings.c.task == task, gatherings.c.upto >= number)
        query = select(gatherings).where(*here).order_by(gatherings.c.number).limit(limit)
        with self._opening(self._engine) as connection:
            return [_read(row) for row in connection.execute(query)]

    def count(self) -> dict[tuple[str, str], int]:
        """How many there are of each task and reason."""
        columns = (gatherings.c.task, gatherings.c.reason)
        query = select(*columns, func.count()).group_by(*columns)
        with self._opening(self._engine) as connection:
            return {(task, reason): number for task, reason, number in connection.execute(query)}


NAMES = tuple(name for name in Gathering.__annotations__ if name != "number")


def _read(row: Row[tuple[object, ...]]) -> Gathering:
    return Gathering(**row._asdict())
