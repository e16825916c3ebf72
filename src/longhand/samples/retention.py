"""The end of a reading's life: after a time it is deleted, with its picture and all that was said of it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Boolean, delete, func, insert, literal, select
from sqlalchemy.engine import Connection, Engine

from longhand.samples.blobs import Blobs
from longhand.samples.tables import corrections, expired, journal, readings


def expire(engine: Engine, blobs: Blobs, before: datetime, most: int = 1000) -> int:
    """Deletes the oldest readings that were received before this moment, at most so many; answers how many it did.

    A picture stays while a reading that stays shows it. Pictures go first, so that what ends half-way is done again.
    Of a reading that was corrected it is kept who sent and who corrected it, as frozen versions may show it still: that
    is deleted with the rest of a person's data.
    """
    query = select(readings.c.id, readings.c.picture).where(readings.c.received_at < before)
    with engine.connect() as connection:
        found = connection.execute(query.order_by(readings.c.received_at).limit(most))
        old = {row.id: row.picture for row in found}
        shown = readings.c.picture.in_(set(old.values())) & readings.c.id.not_in(old)
        kept = set(connection.scalars(select(readings.c.picture).where(shown)))
    for picture in sorted(set(old.values()) - kept):
        blobs.drop(picture)
    with engine.begin() as connection:
        _keep_origins(connection, old)
        for table, column in ((journal, "reading"), (corrections, "reading"), (readings, "id")):
            connection.execute(delete(table).where(table.c[column].in_(old)))
    return len(old)


def _keep_origins(connection: Connection, old: Collection[str]) -> None:
    columns = ("reading", "by", "sent", "picture", "at")
    learned = select(corrections.c.reading).where(corrections.c.reading.in_(old))
    sent = select(readings.c.id, readings.c.by, literal(True, Boolean), readings.c.picture, readings.c.received_at)
    connection.execute(insert(expired).from_select(columns, sent.where(readings.c.id.in_(learned))))
    by, picture, last = corrections.c.by, corrections.c.picture, func.max(corrections.c.at)
    said = select(corrections.c.reading, by, literal(False, Boolean), picture, last)
    said = said.where(corrections.c.reading.in_(old)).group_by(corrections.c.reading, by, picture)
    connection.execute(insert(expired).from_select(columns, said))
