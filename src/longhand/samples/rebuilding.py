"""The table of readings made again from the journal alone."""

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import delete, exists, insert, select, text
from sqlalchemy.engine import Connection, Engine

from longhand.samples.journal import to_line
from longhand.samples.readings import to_row
from longhand.samples.record import Kind, fold
from longhand.samples.tables import journal, readings

BATCH = 1000


def rebuild(engine: Engine) -> int:
    """Makes the whole table again, also where it is gone; answers how many readings it holds."""
    with engine.begin() as connection:
        readings.create(connection, checkfirst=True)
        _alone(connection)
        connection.execute(delete(readings))
        return _fill(connection)


def catch_up(engine: Engine) -> int:
    """Adds the readings that are in the journal and not in the table; answers how many.

    So it is with a database that an earlier version filled, which kept no table.
    """
    with engine.begin() as connection:
        _alone(connection)
        return _fill(connection)


def _alone(connection: Connection) -> None:
    """Keeps other writers out until the transaction ends; in SQLite it began with that."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE readings IN EXCLUSIVE MODE"))


def _fill(connection: Connection) -> int:
    count, rows = 0, list[dict[str, object]]()
    for row in _missing(connection):
        rows.append(row)
        if len(rows) == BATCH:
            connection.execute(insert(readings), rows)
            count, rows = count + BATCH, []
    if rows:
        connection.execute(insert(readings), rows)
    return count + len(rows)


def _missing(connection: Connection) -> Iterator[dict[str, object]]:
    """The rows of all readings that have none, while the journal is read once, reading by reading."""
    known = exists().where(readings.c.id == journal.c.reading)
    query = select(journal).where(~known).order_by(journal.c.reading, journal.c.number)
    streamed = connection.execute(query.execution_options(yield_per=BATCH))
    for _, group in groupby(map(to_line, streamed), key=lambda line: line.reading):
        lines = list(group)
        if record := fold(lines):
            yield to_row(record, next(line.number for line in lines if line.kind is Kind.READ))
