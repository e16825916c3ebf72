"""The journal: which picture was received, what was read in it, how that was corrected. Lines are only added.

What each reading and each correction stands at is kept beside it, in tables, within the same transaction.
"""

from datetime import UTC, datetime

from pydantic import JsonValue
from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy import text as text_of
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from longhand.samples.corrections import to_rows
from longhand.samples.erasures import Erasures, check_sent
from longhand.samples.errors import NotCorrected, ReadingConflict, UnknownSample
from longhand.samples.plausibility import SURE, check, is_sure_of_another
from longhand.samples.readings import Opening, Readings, from_row, to_row
from longhand.samples.record import Kind, Line, Record, Said, fold
from longhand.samples.tables import corrections, journal, readings
from longhand.samples.vocabularies import Vocabularies


class Journal:
    """The journal in a database, whose tables the owner's migrations make; `opening` opens it to read only.

    `sure` is the confidence, in 0..1, from which a correction of an accepted reading waits for a second person.
    """

    def __init__(self, engine: Engine, opening: Opening = Engine.connect, sure: float = SURE) -> None:
        self._engine = engine
        self._opening = opening
        self._sure = sure
        self.readings = Readings(engine, opening)
        self.erasures = Erasures(engine, opening)

    def take(self, record: Record) -> bool:
        """Writes a reading down; False where it was written down before.

        Raises ReadingConflict where its id was taken for another picture or by somebody else, and Erased where its
        sender has had their data erased since.
        """
        try:
            with self._engine.begin() as connection:
                check_sent(connection, record.by, record.received_at)
                _add(connection, record.id, Kind.RECEIVED, record.by, record.received())
                number = _add(connection, record.id, Kind.READ, record.by, record.read())
                connection.execute(insert(readings).values(to_row(record, number)))
        except IntegrityError:
            known = self.readings.get(record.id)
            if (known.picture, known.by) != (record.picture, record.by):
                raise ReadingConflict(f"Reading {record.id} was already taken for another picture.") from None
            return False
        return True

    def correct(self, id: str, text: str, by: str, said: Said | None = None) -> Record:
        """Writes down what a reading should have been; it supersedes the correction before.

        Raises UnknownSample, Erased, and NotOneGlyph where the picture shows one character and the text has several.
        """
        said = said or Said()
        with self._engine.begin() as connection:
            record = hold(connection, id)
            if said.key and _is_known(connection, id, said.key):
                return record
            if said.at:
                check_sent(connection, by, said.at)
            check(record.task, text, said.answer)
            _add(connection, id, Kind.CORRECTED, by, self._to_body(record, text, said))
            return teach(connection, record, keep(connection, id))

    def withdraw(self, id: str, by: str, said: Said | None = None) -> Record:
        """Takes back the correction that stands: the reading is again what was read.

        What that correction superseded does not come back. Raises UnknownSample, and NotCorrected where none stands.
        """
        said = said or Said()
        with self._engine.begin() as connection:
            record = hold(connection, id)
            if said.key and _is_known(connection, id, said.key):
                return record
            if record.correction is None:
                raise NotCorrected(f"No correction of the reading {id} stands, so there is none to withdraw.")
            _add(connection, id, Kind.WITHDRAWN, by, {"role": said.role, "key": said.key})
            return teach(connection, record, keep(connection, id))

    def history(self, id: str) -> list[Line]:
        """All that was written down about a reading, oldest first."""
        with self._opening(self._engine) as connection:
            return _history(connection, id)

    def _to_body(self, record: Record, text: str, said: Said) -> dict[str, JsonValue]:
        return {
            "text": text,
            "answer": said.answer,
            "role": said.role,
            "doubted": is_sure_of_another(record, text, said.answer, self._sure),
            "model": {"name": record.model, "version": record.version},
            "read": record.text,
            "key": said.key,
            "at": said.at.astimezone(UTC).isoformat() if said.at else None,
        }


def to_line(row: Row[tuple[object, ...]]) -> Line:
    """The line of a row."""
    return Line(row.number, row.reading, Kind(row.kind), row.at, row.by, row.body)


def keep(connection: Connection, id: str) -> Record:
    """Brings the rows of a reading and of its corrections to what its lines add up to."""
    lines = _history(connection, id)
    record = fold(lines)
    assert record is not None  # it has a row, so it was read
    number = next(line.number for line in lines if line.kind is Kind.READ)
    connection.execute(update(readings).where(readings.c.id == id).values(to_row(record, number)))
    connection.execute(delete(corrections).where(corrections.c.reading == id))
    if rows := to_rows(lines, record):
        connection.execute(insert(corrections), rows)
    return record


def hold(connection: Connection, id: str) -> Record:
    """Keeps other writers from a reading until the transaction ends; the reading as it stands.

    Without it two corrections at once could be numbered in one order and kept in the other, and a rebuilt table
    would differ from the one that was there. Corrections of different readings wait for each other as well, so that
    whoever follows them by their numbers never passes over one that was numbered first and committed later.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text_of("SELECT pg_advisory_xact_lock(7241954)"))
    row = connection.execute(select(readings).where(readings.c.id == id).with_for_update()).one_or_none()
    if row is None:
        raise UnknownSample(f"There is no reading {id}.")
    return from_row(row)


def _is_known(connection: Connection, id: str, key: str) -> bool:
    return any(line.body.get("key") == key for line in _history(connection, id))


def _add(connection: Connection, id: str, kind: Kind, by: str, body: dict[str, JsonValue]) -> int:
    line = {"reading": id, "kind": kind.value, "at": datetime.now(UTC), "by": by, "body": body}
    key = connection.execute(insert(journal).values(line)).inserted_primary_key
    assert key is not None
    return int(key.number)


def teach(connection: Connection, before: Record, after: Record) -> Record:
    """Takes back from people's vocabularies what the correction before taught, and teaches what the one that stands now
    says: each to who made it, whether or not it waits or is disputed. The record as it stands."""
    if before.correction:
        Vocabularies.unlearn(connection, before.correction.by, before.correction.text)
    if after.correction:
        Vocabularies.learn(connection, after.correction.by, after.correction.text)
    return after


def _history(connection: Connection, id: str) -> list[Line]:
    query = select(journal).where(journal.c.reading == id).order_by(journal.c.number)
    return [to_line(row) for row in connection.execute(query)]
