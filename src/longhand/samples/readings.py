"""The readings' current state: a table that the journal keeps, and that can be made again from it."""

import unicodedata
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.engine import Connection, Engine

from longhand.samples.errors import Erased, SamplesError, UnknownSample
from longhand.samples.record import Correction, Kind, Record, Withdrawal
from longhand.samples.tables import journal, readings

Opening = Callable[[Engine], AbstractContextManager[Connection]]
SAME: tuple[str, ...] = (
    "id", "by", "received_at", "picture", "task", "charset", "document", "writer",
    "text", "confidence", "decision", "model", "version", "details",
)  # fmt: skip
"""Fields that the record and the table's row have alike."""

ESCAPE = "\\"


@dataclass(frozen=True)
class Filter:
    """Which readings are asked for; each field narrows the list.

    `since` is the first moment of receipt that counts, `until` the first that no longer does. `contains` is looked
    for in the text as read and as corrected, in capitals or small letters.
    """

    by: str | None = None
    task: str | None = None
    decision: str | None = None
    document: str | None = None
    writer: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    corrected: bool | None = None
    contains: str | None = None


class Readings:
    """The table of readings; `opening` opens the database to read only."""

    def __init__(self, engine: Engine, opening: Opening = Engine.connect) -> None:
        self._engine = engine
        self._opening = opening

    def get(self, id: str) -> Record:
        """A reading as it stands now; raises UnknownSample, and Erased."""
        with self._opening(self._engine) as connection:
            row = connection.execute(select(readings).where(readings.c.id == id)).one_or_none()
            if row is None:
                raise _explain(connection, id)
        return from_row(row)

    def page(self, which: Filter | None = None, before: int | None = None, limit: int = 50) -> list[tuple[int, Record]]:
        """At most `limit` readings, newest first, each with its number to go on from."""
        query = select(readings).where(*_conditions(which or Filter()))
        if before is not None:
            query = query.where(readings.c.number < before)
        with self._opening(self._engine) as connection:
            found = connection.execute(query.order_by(readings.c.number.desc()).limit(limit)).all()
        return [(row.number, from_row(row)) for row in found]


def to_row(record: Record, number: int) -> dict[str, object]:
    """The row of a record."""
    correction, withdrawn = record.correction, record.withdrawn
    texts = [record.text, *([correction.text] if correction else [])]
    return {name: getattr(record, name) for name in SAME} | {
        "number": number,
        "corrected_text": correction.text if correction else None,
        "corrected_by": correction.by if correction else None,
        "corrected_at": correction.at if correction else None,
        "withdrawn_by": withdrawn.by if withdrawn else None,
        "withdrawn_at": withdrawn.at if withdrawn else None,
        "answers": [asdict(one) | {"at": one.at.isoformat()} for one in record.answers],
        # A line break stands in no folded text, so nothing is found across the two.
        "folded": "\n".join(_fold(text) for text in texts),
    }


def from_row(row: Row[tuple[object, ...]]) -> Record:
    """The record of a row."""
    answers = tuple(Correction(**one | {"at": datetime.fromisoformat(one["at"])}) for one in row.answers or ())
    correction = next((one for one in answers if row.corrected_at and one.by == row.corrected_by), None)
    withdrawn = Withdrawal(row.withdrawn_by, row.withdrawn_at) if row.withdrawn_at else None
    known = {name: getattr(row, name) for name in SAME}
    return Record(**known, correction=correction, withdrawn=withdrawn, answers=answers)


def _explain(connection: Connection, id: str) -> SamplesError:
    """Why there is no reading of this id: blank lines are left of an erased one."""
    blank = (journal.c.reading == id, journal.c.kind == Kind.ERASED.value)
    if connection.execute(select(journal.c.number).where(*blank).limit(1)).first():
        return Erased(f"The reading {id} was erased with all that its sender had sent.")
    return UnknownSample(f"There is no reading {id}.")


def _conditions(which: Filter) -> list[ColumnElement[bool]]:
    columns, names = readings.c, ("by", "task", "decision", "document", "writer")
    found = [columns[name] == value for name in names if (value := getattr(which, name)) is not None]
    if which.since is not None:
        found.append(columns.received_at >= which.since)
    if which.until is not None:
        found.append(columns.received_at < which.until)
    if which.corrected is not None:
        found.append(columns.corrected_at.is_not(None) if which.corrected else columns.corrected_at.is_(None))
    if which.contains is not None:
        found.append(columns.folded.like(f"%{_escape(_fold(which.contains))}%", escape=ESCAPE))
    return found


def _fold(text: str) -> str:
    """Compared in NFC, with folded capitals and single blanks: LIKE alone folds ASCII only, and only in SQLite."""
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).split())


def _escape(text: str) -> str:
    for special in (ESCAPE, "%", "_"):
        text = text.replace(special, ESCAPE + special)
    return text
