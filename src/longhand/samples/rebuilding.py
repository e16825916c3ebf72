"""The tables of readings and of corrections made again from the journal alone."""

from collections.abc import Iterator
from itertools import groupby, islice

from sqlalchemy import delete, exists, insert, select, text
from sqlalchemy.engine import Connection, Engine

from longhand.samples.corrections import to_rows
from longhand.samples.journal import keep, to_line
from longhand.samples.readings import to_row
from longhand.samples.record import Kind, fold
from longhand.samples.tables import corrections, journal, readings

BATCH = 1000
Row = dict[str, object]


def rebuild(engine: Engine) -> int:
    """Makes both tables again, also where they are gone; answers how many readings there are."""
    with engine.begin() as connection:
        for table in (readings, corrections):
            table.create(connection, checkfirst=True)
        _alone(connection)
        for table in (readings, corrections):
            connection.execute(delete(table))
        return _fill(connection)


def catch_up(engine: Engine) -> int:
    """Adds the readings and corrections that are in the journal and not in the tables; answers how many readings.

    So it is with a database that an earlier version filled, which kept no tables.
    """
    with engine.begin() as connection:
        _alone(connection)
        count = _fill(connection)
        known = exists().where(corrections.c.number == journal.c.number)
        query = select(journal.c.reading).where(journal.c.kind == Kind.CORRECTED.value, ~known).distinct()
        for id in connection.scalars(query).all():
            keep(connection, id)
        return count


def _alone(connection: Connection) -> None:
    """Keeps other writers out until the transaction ends; in SQLite it began with that."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE readings IN EXCLUSIVE MODE"))


def _fill(connection: Connection) -> int:
    count, missing = 0, _missing(connection)
    while made := list(islice(missing, BATCH)):
        connection.execute(insert(readings), [reading for reading, _ in made])
        connection.execute(delete(corrections).where(corrections.c.reading.in_([str(one["id"]) for one, _ in made])))
        if rows := [row for _, corrected in made for row in corrected]:
            connection.execute(insert(corrections), rows)
        count += len(made)
    return count


def _missing(connection: Connection) -> Iterator[tuple[Row, list[Row]]]:
    """The rows of all readings that have none, while the journal is read once, reading by reading."""
    known = exists().where(readings.c.id == journal.c.reading)
    query = select(journal).where(~known).order_by(journal.c.reading, journal.c.number)
    streamed = connection.execute(query.execution_options(yield_per=BATCH))
    for _, group in groupby(map(to_line, streamed), key=lambda line: line.reading):
        lines = list(group)
        if record := fold(lines):
            number = next(line.number for line in lines if line.kind is Kind.READ)
            yield to_row(record, number), to_rows(lines, record)
