"""The end of a reading's life: after a time it is deleted, with its picture and all that was said of it."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.engine import Engine

from longhand.samples.blobs import Blobs
from longhand.samples.tables import corrections, journal, readings


def expire(engine: Engine, blobs: Blobs, before: datetime, most: int = 1000) -> int:
    """Deletes the oldest readings that were received before this moment, at most so many; answers how many it did.

    A picture stays while a reading that stays shows it. Pictures go first, so that what ends half-way is done again.
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
        for table, column in ((journal, "reading"), (corrections, "reading"), (readings, "id")):
            connection.execute(delete(table).where(table.c[column].in_(old)))
    return len(old)
