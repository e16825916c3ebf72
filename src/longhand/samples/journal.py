"""The journal: which picture was received, what was read in it, how that was corrected. Lines are only added.

What each reading stands at is kept beside it, in the table of readings, within the same transaction.
"""

from datetime import UTC, datetime

from pydantic import JsonValue
from sqlalchemy import Row, insert, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from longhand.samples.errors import NotCorrected, ReadingConflict, UnknownSample
from longhand.samples.readings import Opening, Readings, to_row
from longhand.samples.record import Kind, Line, Record, fold
from longhand.samples.tables import journal, readings


class Journal:
    """The journal in a database, whose tables the owner's migrations make; `opening` opens it to read only."""

    def __init__(self, engine: Engine, opening: Opening = Engine.connect) -> None:
        self._engine = engine
        self._opening = opening
        self.readings = Readings(engine, opening)

    def take(self, record: Record) -> bool:
        """Writes a reading down; False where it was written down before.

        Raises ReadingConflict where its id was taken for another picture or by somebody else.
        """
        try:
            with self._engine.begin() as connection:
                _add(connection, record.id, Kind.RECEIVED, record.by, record.received())
                number = _add(connection, record.id, Kind.READ, record.by, record.read())
                connection.execute(insert(readings).values(to_row(record, number)))
        except IntegrityError:
            known = self.readings.get(record.id)
            if (known.picture, known.by) != (record.picture, record.by):
                raise ReadingConflict(f"Reading {record.id} was already taken for another picture.") from None
            return False
        return True

    def correct(self, id: str, text: str, by: str) -> Record:
        """Writes down what a reading should have been; it supersedes the correction before. Raises UnknownSample."""
        with self._engine.begin() as connection:
            _hold(connection, id)
            _add(connection, id, Kind.CORRECTED, by, {"text": text})
            return _keep(connection, id)

    def withdraw(self, id: str, by: str) -> Record:
        """Takes back the correction that stands: the reading is again what was read.

        What that correction superseded does not come back. Raises UnknownSample, and NotCorrected where none stands.
        """
        with self._engine.begin() as connection:
            if not _hold(connection, id):
                raise NotCorrected(f"No correction of the reading {id} stands, so there is none to withdraw.")
            _add(connection, id, Kind.WITHDRAWN, by, {})
            return _keep(connection, id)

    def history(self, id: str) -> list[Line]:
        """All that was written down about a reading, oldest first."""
        with self._opening(self._engine) as connection:
            return _history(connection, id)


def to_line(row: Row[tuple[object, ...]]) -> Line:
    """The line of a row."""
    return Line(row.number, row.reading, Kind(row.kind), row.at, row.by, row.body)


def _hold(connection: Connection, id: str) -> bool:
    """Keeps other writers from a reading until the transaction ends; whether a correction of it stands.

    Without it two corrections at once could be numbered in one order and kept in the other, and a rebuilt table
    would differ from the one that was there.
    """
    query = select(readings.c.corrected_at).where(readings.c.id == id).with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None:
        raise UnknownSample(f"There is no reading {id}.")
    return row.corrected_at is not None


def _add(connection: Connection, id: str, kind: Kind, by: str, body: dict[str, JsonValue]) -> int:
    line = {"reading": id, "kind": kind.value, "at": datetime.now(UTC), "by": by, "body": body}
    key = connection.execute(insert(journal).values(line)).inserted_primary_key
    assert key is not None
    return int(key.number)


def _keep(connection: Connection, id: str) -> Record:
    """Brings a reading's row to what its lines add up to."""
    lines = _history(connection, id)
    record = fold(lines)
    assert record is not None  # it has a row, so it was read
    number = next(line.number for line in lines if line.kind is Kind.READ)
    connection.execute(update(readings).where(readings.c.id == id).values(to_row(record, number)))
    return record


def _history(connection: Connection, id: str) -> list[Line]:
    query = select(journal).where(journal.c.reading == id).order_by(journal.c.number)
    return [to_line(row) for row in connection.execute(query)]
