"""Lines of the journal are blanked, not cut: the numbers go on, and what was said in them is gone.

A blank line keeps its number, its reading's id and its moment. Tables that are made again from the journal are the same
as those that were kept beside it.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.engine import Connection

from longhand.samples.journal import hold, keep, teach
from longhand.samples.readings import from_row
from longhand.samples.record import Kind
from longhand.samples.tables import corrections, journal, readings
from longhand.samples.vocabularies import Vocabularies

NOBODY = ""
"""Who said what a blank line holds no more."""

AT_ONCE = 500


def blank_readings(connection: Connection, ids: Collection[str]) -> None:
    """Blanks all lines of these readings, whoever wrote them, and takes what they taught out of vocabularies."""
    ordered = sorted(ids)
    for some in (ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE)):
        rows = connection.execute(select(readings).where(readings.c.id.in_(some)).with_for_update()).all()
        for record in map(from_row, rows):
            if record.correction:
                Vocabularies.unlearn(connection, record.correction.by, record.correction.text)
        _blank(connection, journal.c.reading.in_(some))
        connection.execute(delete(corrections).where(corrections.c.reading.in_(some)))
        connection.execute(delete(readings).where(readings.c.id.in_(some)))


def blank_corrections(connection: Connection, by: str, until: datetime | None, id: str) -> None:
    """Blanks what a person has said of a reading that stays, as if they had said nothing.

    That they took a correction back still holds, and is nobody's.
    """
    before = hold(connection, id)
    theirs = [journal.c.reading == id, journal.c.by == by, *([journal.c.at <= until] if until else [])]
    _blank(connection, *theirs, journal.c.kind == Kind.CORRECTED.value)
    withdrawn = update(journal).where(*theirs, journal.c.kind == Kind.WITHDRAWN.value)
    connection.execute(withdrawn.values(by=NOBODY))
    teach(connection, before, keep(connection, id))


def _blank(connection: Connection, *which: ColumnElement[bool]) -> None:
    connection.execute(update(journal).where(*which).values(kind=Kind.ERASED.value, by=NOBODY, body={}))
