"""What people say of their own pictures: what their own version of a model learns from.

A person's version learns only from corrections that they made of pictures which they sent themselves. So whoever
corrects wrongly spoils nobody's readings but their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.engine import Engine

from longhand.samples.readings import Opening
from longhand.samples.record import Kind
from longhand.samples.tables import journal, readings

LATEST = 200
"""So many of a person's corrections are learned from, the latest."""


@dataclass(frozen=True)
class Change:
    """A line of the journal by which a person's lessons changed: `number` counts all lines."""

    number: int
    user: str
    task: str
    at: datetime


@dataclass(frozen=True)
class Lesson:
    """What a picture shows, by its SHA-256, as its sender says."""

    picture: str
    text: str
    at: datetime


class Lessons:
    """The lessons in the journal; `opening` opens the database to read only."""

    def __init__(self, engine: Engine, opening: Opening = Engine.connect) -> None:
        self._engine = engine
        self._opening = opening

    def begun(self) -> bool:
        """Whether anybody had anything read."""
        with self._opening(self._engine) as connection:
            return connection.execute(select(readings.c.number).limit(1)).first() is not None

    def after(self, number: int, limit: int = 1000) -> Sequence[Change]:
        """What changed after the line `number`, oldest first."""
        kinds = journal.c.kind.in_([Kind.CORRECTED.value, Kind.WITHDRAWN.value])
        query = (
            select(journal.c.number, readings.c.by.label("user"), readings.c.task, journal.c.at)
            .join(readings, readings.c.id == journal.c.reading)
            .where(journal.c.number > number, kinds)
            .order_by(journal.c.number)
            .limit(limit)
        )
        with self._opening(self._engine) as connection:
            return [Change(*row) for row in connection.execute(query)]

    def of(self, user: str, task: str, since: datetime | None = None) -> Sequence[Lesson]:
        """A person's latest lessons, oldest first; `since` leaves those out that were given before.

        Of a picture that was corrected in several readings the last word counts.
        """
        own = (readings.c.by == user, readings.c.corrected_by == user, readings.c.task == task)
        said = (readings.c.corrected_text != "", *([readings.c.corrected_at > since] if since else []))
        columns = (readings.c.picture, readings.c.corrected_text, readings.c.corrected_at)
        query = select(*columns).where(*own, *said).order_by(readings.c.corrected_at.desc()).limit(LATEST)
        with self._opening(self._engine) as connection:
            found = [Lesson(*row) for row in connection.execute(query)]
        return list({one.picture: one for one in reversed(found)}.values())
