"""What waits at one gateway, kept for a while in the database that all share, so that each can show it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Column, Engine, LargeBinary, String, Table, Text, delete, insert, select

from longhand.contracts.readings import NewReading
from longhand.servicekit.state import reading
from services.gateway.tables import metadata

undelivered = Table(
    "undelivered",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("gateway", String(32), nullable=False, index=True),
    Column("by", String(64), nullable=False, index=True),
    Column("reading", Text, nullable=False),
    Column("picture", LargeBinary, nullable=False),
)


class Shelf:
    """The copies of all gateways; each removes its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, gateway: str, made: NewReading, picture: bytes) -> None:
        """Puts a copy, in place of one that lies there."""
        row = {"id": made.id, "gateway": gateway, "by": made.by, "reading": made.model_dump_json(), "picture": picture}
        with self._engine.begin() as connection:
            connection.execute(delete(undelivered).where(undelivered.c.id == made.id))
            connection.execute(insert(undelivered).values(row))

    def find(self, id: str) -> NewReading | None:
        """The reading, where a copy lies here."""
        with reading(self._engine) as connection:
            found = connection.scalar(select(undelivered.c.reading).where(undelivered.c.id == id))
        return NewReading.model_validate_json(found) if found else None

    def picture(self, id: str) -> bytes | None:
        """The picture as it was sent, where a copy lies here."""
        with reading(self._engine) as connection:
            return connection.scalar(select(undelivered.c.picture).where(undelivered.c.id == id))

    def of(self, name: str, until: datetime | None = None) -> list[str]:
        """The ids of an account's copies of what was received until then, from whichever gateway."""
        query = select(undelivered.c.reading).where(undelivered.c.by == name).order_by(undelivered.c.id)
        with reading(self._engine) as connection:
            found = [NewReading.model_validate_json(text) for text in connection.scalars(query)]
        return [one.id for one in found if until is None or one.received_at <= until]

    def drop(self, ids: Collection[str]) -> None:
        """Removes copies."""
        with self._engine.begin() as connection:
            connection.execute(delete(undelivered).where(undelivered.c.id.in_(list(ids))))

    def keep_only(self, gateway: str, ids: Collection[str]) -> None:
        """Removes a gateway's copies but these: an earlier process of it ended before it could."""
        with reading(self._engine) as connection:
            mine = set(connection.scalars(select(undelivered.c.id).where(undelivered.c.gateway == gateway)))
        if gone := mine - set(ids):
            self.drop(gone)
