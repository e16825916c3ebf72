"""The tables of the journal, and of what readings and corrections stand at; the owner's migrations make them."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A point in time in UTC, also in SQLite, which keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """As it is written."""
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """As it is read."""
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


metadata = MetaData()
_number = BigInteger().with_variant(Integer, "sqlite")

journal = Table(
    "journal",
    metadata,
    Column("number", _number, primary_key=True, autoincrement=True),
    Column("reading", String(100), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(100), nullable=False),
    Column("body", JSON, nullable=False),
)
_once = journal.c.kind.in_(["received", "read"])
Index("journal_once", journal.c.reading, journal.c.kind, unique=True, sqlite_where=_once, postgresql_where=_once)
Index("journal_of", journal.c.by, journal.c.kind, journal.c.number)

readings = Table(
    "readings",
    metadata,
    Column("number", _number, primary_key=True, autoincrement=False),  # that of the journal's line `read`
    Column("id", String(100), nullable=False, unique=True),
    Column("by", String(100), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("picture", String(64), nullable=False),
    Column("task", String(20), nullable=False),
    Column("charset", String(20), nullable=False),
    Column("document", String(200)),
    Column("writer", String(200)),
    Column("text", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("decision", String(20), nullable=False),
    Column("model", String(100), nullable=False),
    Column("version", Integer, nullable=False),
    Column("details", JSON, nullable=False),
    Column("corrected_text", Text),
    Column("corrected_by", String(100)),
    Column("corrected_at", Moment),
    Column("withdrawn_by", String(100)),
    Column("withdrawn_at", Moment),
    Column("folded", Text, nullable=False),  # both texts as `contains` compares them
    Column("answers", JSON),  # each person's last
)
# Every list goes from the newest number down, so each index ends with it.
for _name in ("by", "decision", "document", "writer"):
    Index(f"readings_of_{_name}", readings.c[_name], readings.c.number)
for _name in ("received_at", "picture"):
    Index(f"readings_of_{_name}", readings.c[_name])
Index("readings_by_model", readings.c.model, readings.c.version)
_corrected = readings.c.corrected_at.is_not(None)
Index("readings_corrected", readings.c.number, sqlite_where=_corrected, postgresql_where=_corrected)
Index("readings_to_review", *(readings.c[name] for name in ("decision", "confidence", "number")),
    sqlite_where=~_corrected, postgresql_where=~_corrected)  # fmt: skip

gatherings = Table(
    "gatherings",
    metadata,
    Column("number", _number, primary_key=True, autoincrement=True),
    Column("task", String(20), nullable=False),
    Column("version", String(64), nullable=False),
    Column("corrections", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("upto", BigInteger, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("full", Boolean, nullable=False),
    Column("reason", String(20), nullable=False),
    Column("by", String(100), nullable=False),
    Column("at", Moment, nullable=False),
    Column("left_out", JSON, nullable=False),
)
Index("gatherings_of_task", gatherings.c.task, gatherings.c.number)

corrections = Table(
    "corrections",
    metadata,
    Column("number", _number, primary_key=True, autoincrement=False),  # that of the journal's line `corrected`
    Column("reading", String(100), nullable=False, index=True),
    Column("by", String(100), nullable=False),
    Column("role", String(20), nullable=False),
    Column("at", Moment, nullable=False),
    Column("answer", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("agreed", Boolean),
    Column("side", String(10), nullable=False),
    Column("outside", Integer, nullable=False),  # characters that the task's alphabet lacks
    Column("picture", String(64), nullable=False),
    Column("task", String(20), nullable=False),
    Column("document", String(200)),
    Column("writer", String(200)),
    Column("model", String(100), nullable=False),
    Column("version", Integer, nullable=False),
    Column("read", Text, nullable=False),
)
Index("corrections_of", corrections.c.by, corrections.c.agreed, corrections.c.number)
Index("corrections_in", corrections.c.state, corrections.c.side, corrections.c.number)

claims = Table(
    "claims",
    metadata,
    Column("reading", String(100), primary_key=True),
    Column("by", String(100), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
)

erasures = Table(
    "erasures",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("person", String(100), nullable=False),
    Column("until", Moment, nullable=False),
    Column("answer", JSON(none_as_null=True)),  # once it is done
    Column("versions", JSON(none_as_null=True)),  # the dataset versions that were found
)
Index("erasures_of", erasures.c.person, erasures.c.until)

expired = Table(
    "expired",
    metadata,
    Column("reading", String(100), primary_key=True),
    Column("by", String(100), primary_key=True),
    Column("sent", Boolean, primary_key=True),  # else corrected
    Column("picture", String(64), nullable=False),
    Column("at", Moment, nullable=False),
)
Index("expired_of", expired.c.by)
