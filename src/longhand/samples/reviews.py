"""The review queue: the readings that a person should look at first, each handed to one reviewer at a time."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, exists, func, insert, select, text
from sqlalchemy.engine import Connection, Engine

from longhand.samples.candidates import (
    CLAIMED,
    OPEN,
    find_handed_out,
    find_open,
    find_unconfirmed,
    find_unsettled,
    is_for,
    of_task,
)
from longhand.samples.errors import AlreadyCorrected, ClaimedByAnother, UnknownSample
from longhand.samples.readings import Opening, from_row
from longhand.samples.record import Record
from longhand.samples.spreading import choose
from longhand.samples.tables import claims, readings

HELD = timedelta(minutes=10)
"""How long a claimed reading is its reviewer's."""

REMEMBERED = timedelta(hours=1)
"""How long what was handed out keeps near-duplicates of it back, and puts readings of its source off."""

CONFIRMED = 4
"""Of so many readings one may be a correction to confirm, while there are others."""

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Claim:
    """Who looks at a reading, and until when nobody else is handed it."""

    by: str
    until: datetime


@dataclass(frozen=True)
class Queued:
    """A reading of the queue; `claim` is none where nobody looks at it."""

    record: Record
    claim: Claim | None = None


@dataclass(frozen=True)
class Waiting:
    """How much there is to do: readings without a correction by decision, and how many of them are claimed."""

    decisions: dict[str, int]
    claimed: int


def utc_now() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


class ReviewQueue:
    """The queue over the table of readings; claims lie in a table beside it.

    A corrected reading is out of the queue, whoever corrected it, and so are the other readings of its picture. One
    whose correction waits for a second person or is disputed comes before all others, to whoever has not answered it.
    Of people who are not `trusted` yet, and no reviewers, the latest correction comes as well.
    """

    def __init__(
        self,
        engine: Engine,
        opening: Opening = Engine.connect,
        now: Clock = utc_now,
        trusted: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        self._engine, self._opening, self._now, self._trusted = engine, opening, now, trusted

    def look(self, reviewer: str, limit: int, task: str | None = None) -> list[Queued]:
        """What the reviewer would be handed next: their own claims, then what nobody claims. Claims nothing."""
        with self._opening(self._engine) as connection:
            return self._show(connection, self._next(connection, reviewer, limit, task))

    def take(self, reviewer: str, limit: int, task: str | None = None) -> list[Queued]:
        """The same, each from now on the reviewer's for ten minutes: nobody else is handed it meanwhile."""
        with self._engine.begin() as connection:
            _alone(connection)
            connection.execute(delete(claims).where(claims.c.at < self._now() - REMEMBERED))
            ids = self._next(connection, reviewer, limit, task)
            self._hold(connection, ids, reviewer)
            return self._show(connection, ids)

    def claim(self, id: str, reviewer: str) -> Queued:
        """Makes a reading the reviewer's. Raises UnknownSample, AlreadyCorrected and ClaimedByAnother."""
        with self._engine.begin() as connection:
            _alone(connection)
            _check_open(connection, id, reviewer)
            mine = claims.c.by == reviewer
            query = select(claims).where(claims.c.reading == id, claims.c.until > self._now(), ~mine)
            if other := connection.execute(query).one_or_none():
                raise ClaimedByAnother(f"{other.by} looks at the reading {id} until {other.until:%H:%M} UTC.")
            self._hold(connection, [id], reviewer)
            return self._show(connection, [id])[0]

    def release(self, id: str, reviewer: str) -> None:
        """Lets others have a reading; nothing happens where it is not the reviewer's."""
        with self._engine.begin() as connection:
            connection.execute(delete(claims).where(claims.c.reading == id, claims.c.by == reviewer))

    def waiting(self) -> Waiting:
        """How much there is to do."""
        counts = select(readings.c.decision, func.count()).where(OPEN).group_by(readings.c.decision)
        # Not a join: SQLite would go through all open readings to find the few that are claimed.
        is_open = exists().where(readings.c.id == claims.c.reading, OPEN)
        held = select(func.count()).where(claims.c.until > self._now(), is_open)
        with self._opening(self._engine) as connection:
            decisions = {decision: int(count) for decision, count in connection.execute(counts)}
            return Waiting(decisions, connection.execute(held).scalar_one())

    def _next(self, connection: Connection, reviewer: str, limit: int, task: str | None) -> list[str]:
        own = self._own(connection, reviewer, task)[:limit]
        own += find_unsettled(connection, self._now(), reviewer, task, limit - len(own))
        if len(own) == limit:
            return own
        said = find_unconfirmed(connection, self._now(), reviewer, self._trusted(), task)
        own += said[: (limit - len(own)) // CONFIRMED]
        found, lately = find_open(connection, self._now(), task), find_handed_out(connection, self._now() - REMEMBERED)
        own += [one.id for one in choose(found, limit - len(own), lately)]
        return list(dict.fromkeys([*own, *said]))[:limit]

    def _own(self, connection: Connection, reviewer: str, task: str | None) -> list[str]:
        """What the reviewer claims, the first claimed in front."""
        query = select(readings.c.id).select_from(CLAIMED).where(is_for(reviewer), *of_task(task))
        query = query.where(claims.c.by == reviewer, claims.c.until > self._now())
        return list(connection.scalars(query.order_by(claims.c.at)))

    def _hold(self, connection: Connection, ids: Sequence[str], reviewer: str) -> None:
        """Claims readings in this order, anew where they are the reviewer's already."""
        connection.execute(delete(claims).where(claims.c.reading.in_(ids)))
        now, step = self._now(), timedelta(microseconds=1)
        rows = [
            {"reading": id, "by": reviewer, "at": now + place * step, "until": now + HELD}
            for place, id in enumerate(ids)
        ]
        if rows:
            connection.execute(insert(claims), rows)

    def _show(self, connection: Connection, ids: Sequence[str]) -> list[Queued]:
        """The readings in the order of their ids."""
        held = select(claims).where(claims.c.reading.in_(ids), claims.c.until > self._now())
        claimed = {row.reading: Claim(row.by, row.until) for row in connection.execute(held)}
        rows = connection.execute(select(readings).where(readings.c.id.in_(ids)))
        records = {row.id: from_row(row) for row in rows}
        return [Queued(records[id], claimed.get(id)) for id in ids]


def _alone(connection: Connection) -> None:
    """Lets one reviewer claim at a time; in SQLite a transaction that writes is alone from its beginning."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE claims IN EXCLUSIVE MODE"))


def _check_open(connection: Connection, id: str, reviewer: str) -> None:
    may = connection.execute(select(is_for(reviewer)).select_from(readings).where(readings.c.id == id)).one_or_none()
    if may is None:
        raise UnknownSample(f"There is no reading {id}.")
    if not may[0]:
        raise AlreadyCorrected(f"The reading {id} has been corrected: take another one.")
