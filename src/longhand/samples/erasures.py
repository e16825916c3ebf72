"""Which people have had their data erased, and when: what they sent before is not taken any more.

The rows stay. They name a person and a moment, and what was answered then, which holds versions and counts.
"""

from collections.abc import Collection
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Engine

from longhand.samples.errors import Erased
from longhand.samples.readings import Opening
from longhand.samples.tables import erasures


class Erasures:
    """The table of erasures; `opening` opens the database to read only."""

    def __init__(self, engine: Engine, opening: Opening = Engine.connect) -> None:
        self._engine, self._opening = engine, opening

    def begin(self, id: str, person: str, until: datetime) -> dict[str, JsonValue] | None:
        """From now on nothing is taken that a person sent until then; what was answered, where it was done before."""
        with self._engine.begin() as connection:
            known = connection.execute(select(erasures).where(erasures.c.id == id)).one_or_none()
            if known is None:
                connection.execute(insert(erasures).values(id=id, person=person, until=until))
        return known.answer if known else None

    def note(self, id: str, versions: Collection[str]) -> frozenset[str]:
        """All dataset versions that were found so far, with these: once they are withdrawn, nothing leads to them."""
        here = erasures.c.id == id
        with self._engine.begin() as connection:
            known = connection.scalar(select(erasures.c.versions).where(here)) or []
            found = frozenset((*known, *versions))
            connection.execute(update(erasures).where(here).values(versions=sorted(found)))
        return found

    def end(self, id: str, answer: dict[str, JsonValue]) -> None:
        """It is done, and this was the answer."""
        with self._engine.begin() as connection:
            connection.execute(update(erasures).where(erasures.c.id == id).values(answer=answer))

    def done(self) -> list[str]:
        """The ids of all that were done here: one that is missing was done before a backup was restored."""
        query = select(erasures.c.id).where(erasures.c.answer.is_not(None)).order_by(erasures.c.id)
        with self._opening(self._engine) as connection:
            return list(connection.scalars(query))

    def check(self, person: str, received_at: datetime) -> None:
        """Raises Erased where a person has had erased what they sent at that moment."""
        with self._opening(self._engine) as connection:
            check_sent(connection, person, received_at)


def check_sent(connection: Connection, person: str, received_at: datetime) -> None:
    """Raises Erased where a person has had erased what they sent at that moment."""
    later = (erasures.c.person == person, erasures.c.until >= received_at)
    if connection.execute(select(erasures.c.id).where(*later).limit(1)).first():
        raise Erased("This was sent by somebody who has had their data erased since: it is not kept.")
