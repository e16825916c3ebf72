"""What people's readings say of two versions, followed in ingestion's journal by a cursor."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from longhand.contracts.corrections import Answer
from longhand.contracts.trials import Trial
from longhand.samples.corrections import Corrected, Corrections
from longhand.samples.judging import State
from longhand.samples.tables import readings
from longhand.servicekit.state import reading

BATCH = 500
MOST = 10_000
"""Corrections that are looked at."""


@dataclass(frozen=True)
class Observed:
    """A reading as the journal has it: who answered, in how many milliseconds, and what the other version read."""

    number: int
    id: str
    version: int
    text: str
    accepted: bool
    elapsed_ms: float
    trial: Trial


class Traffic:
    """Reads the journal, and writes nothing.

    On PostgreSQL a reading that is committed after one with a higher number may be missed. A few do no harm: which
    ones are missed does not depend on the version.
    """

    def __init__(self, journal: sa.Engine) -> None:
        self._journal = journal

    def newest(self) -> int:
        """The number of the last reading; 0 where there is none."""
        with reading(self._journal) as connection:
            return connection.scalar(sa.select(sa.func.max(readings.c.number))) or 0

    def after(self, model: str, number: int, limit: int = BATCH) -> list[Observed]:
        """The readings of a model after one of them, the oldest first."""
        query = _of(model).where(readings.c.number > number).order_by(readings.c.number).limit(limit)
        with reading(self._journal) as connection:
            return [_observed(row) for row in connection.execute(query)]

    def before(self, model: str, version: int, number: int, limit: int) -> list[Observed]:
        """The last readings of a version up to a number."""
        mine = (readings.c.version == version, readings.c.number <= number)
        query = _of(model).where(*mine).order_by(readings.c.number.desc()).limit(limit)
        with reading(self._journal) as connection:
            return [_observed(row) for row in connection.execute(query)]

    def corrected(self, model: str, number: int) -> Mapping[int, int]:
        """By version, how many of its readings after a number have another text by now, as trusted people say."""
        wrong = {one.reading for one in self._said(number) if one.model == model and one.text != one.read}
        query = sa.select(readings.c.version, sa.func.count()).where(readings.c.number > number)
        query = query.where(readings.c.id.in_(wrong)).group_by(readings.c.version)
        with reading(self._journal) as connection:
            return {version: count for version, count in connection.execute(query)}

    def texts(self, number: int) -> Mapping[str, str]:
        """What pictures show, as trusted people have said after a number, by reading."""
        return {one.reading: one.text for one in self._said(number)}

    def _said(self, number: int) -> list[Corrected]:
        """Corrections that stand: whom nobody trusts could else withdraw a challenger."""
        found = Corrections(self._journal, reading).after(number, MOST)
        return [one for one in found if one.trusted and one.state is State.STANDS and one.answer == Answer.TEXT]


def _of(model: str) -> sa.Select[tuple[object, ...]]:
    columns = ("number", "id", "version", "text", "decision", "details")
    return sa.select(*(readings.c[name] for name in columns)).where(readings.c.model == model)


def _observed(row: sa.Row[tuple[object, ...]]) -> Observed:
    details = row.details
    trial = Trial.model_validate(details.get("trial") or {})
    return Observed(
        row.number, row.id, row.version, row.text, row.decision == "accept", float(details.get("elapsed_ms", 0)), trial
    )
