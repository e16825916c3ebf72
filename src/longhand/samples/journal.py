"""The journal: which picture was received, what was read in it, what that was corrected to. Lines are only added."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, Index, Integer, MetaData, String, Table, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from longhand.contracts.readings import StoredReading
from longhand.samples.errors import ReadingConflict, UnknownSample


class Kind(StrEnum):
    """What a line of the journal tells."""

    RECEIVED = "received"
    READ = "read"
    CORRECTED = "corrected"


metadata = MetaData()
journal = Table(
    "journal",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("reading", String(100), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", String(100), nullable=False),
    Column("body", JSON, nullable=False),
)
_once = journal.c.kind != Kind.CORRECTED.value
Index("journal_once", journal.c.reading, journal.c.kind, unique=True, sqlite_where=_once, postgresql_where=_once)
Index("journal_of", journal.c.by, journal.c.kind, journal.c.number)

RECEIVED_FIELDS = {"received_at", "picture", "charset", "document", "writer"}


@dataclass(frozen=True)
class Record:
    """One line of the journal."""

    number: int
    reading: str
    kind: Kind
    at: datetime
    by: str
    body: dict[str, Any]


class Journal:
    """The journal in a database, whose table the owner's migrations make; `reading` opens it to read only."""

    def __init__(
        self, engine: Engine, reading: Callable[[Engine], AbstractContextManager[Connection]] = Engine.connect
    ) -> None:
        self._engine = engine
        self._reading = reading

    def take(self, reading: StoredReading) -> bool:
        """Write a reading down; False where it was written down before.

        Raises ReadingConflict where its id was taken for another picture or by somebody else.
        """
        whole = reading.model_dump(mode="json", exclude={"predicted_text"})
        received = {key: whole[key] for key in RECEIVED_FIELDS}
        read = {key: value for key, value in whole.items() if key not in RECEIVED_FIELDS}
        try:
            with self._engine.begin() as connection:
                lines = [_line(reading, Kind.RECEIVED, received), _line(reading, Kind.READ, read)]
                connection.execute(journal.insert(), lines)
        except IntegrityError:
            known = self.get(reading.id)
            if (known.picture, known.by) != (reading.picture, reading.by):
                raise ReadingConflict(f"Reading {reading.id} was already taken for another picture.") from None
            return False
        return True

    def correct(self, id: str, text: str, by: str) -> Record:
        """Write down what a reading should have been; every correction is kept, the last one counts."""
        self.get(id)
        line = {"reading": id, "kind": Kind.CORRECTED.value, "at": datetime.now(UTC), "by": by, "body": {"text": text}}
        with self._engine.begin() as connection:
            connection.execute(journal.insert(), line)
        return self.history(id)[-1]

    def get(self, id: str) -> StoredReading:
        """A reading as it was taken; raises UnknownSample."""
        known = {record.kind: record.body for record in self.history(id)}
        if Kind.READ not in known:
            raise UnknownSample(f"There is no reading {id}.")
        return StoredReading.model_validate({**known[Kind.RECEIVED], **known[Kind.READ]})

    def history(self, id: str) -> list[Record]:
        """All that was written down about a reading, oldest first."""
        query = select(journal).where(journal.c.reading == id).order_by(journal.c.number)
        with self._reading(self._engine) as connection:
            return [_record(row) for row in connection.execute(query)]

    def page(
        self, by: str | None = None, before: int | None = None, limit: int = 50
    ) -> list[tuple[int, StoredReading]]:
        """At most `limit` readings, newest first, of one user or of all, each with its number to go on from."""
        query = select(journal.c.number, journal.c.reading).where(journal.c.kind == Kind.READ.value)
        if by is not None:
            query = query.where(journal.c.by == by)
        if before is not None:
            query = query.where(journal.c.number < before)
        with self._reading(self._engine) as connection:
            found = connection.execute(query.order_by(journal.c.number.desc()).limit(limit)).all()
        return list(zip([number for number, _ in found], self._all([id for _, id in found]), strict=True))

    def _all(self, ids: Sequence[str]) -> list[StoredReading]:
        kinds = [Kind.RECEIVED.value, Kind.READ.value]
        query = select(journal).where(journal.c.reading.in_(ids), journal.c.kind.in_(kinds))
        whole: dict[str, dict[str, Any]] = {id: {} for id in ids}
        with self._reading(self._engine) as connection:
            for row in connection.execute(query):
                whole[row.reading].update(row.body)
        return [StoredReading.model_validate(whole[id]) for id in ids]


def _line(reading: StoredReading, kind: Kind, body: dict[str, Any]) -> dict[str, Any]:
    return {"reading": reading.id, "kind": kind.value, "at": datetime.now(UTC), "by": reading.by, "body": body}


def _record(row: Any) -> Record:
    at = row.at if row.at.tzinfo else row.at.replace(tzinfo=UTC)  # SQLite forgets the zone
    return Record(row.number, row.reading, Kind(row.kind), at, row.by, row.body)
