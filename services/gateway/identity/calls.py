"""How often callers called, counted by all gateways on one database."""

from collections.abc import Mapping

from sqlalchemy import Connection, Engine, delete, select

from longhand.servicekit.state import reading
from services.gateway.identity.audit import Now, utc_now
from services.gateway.tables import calls, upsert


class Calls:
    """Counters by caller and minute, to which each gateway adds, and from which it learns what the others added.

    The rate limit asks about once a second and off the request's path, so gateways know of each other's calls with a
    second's delay. Not for two threads at once.
    """

    def __init__(self, engine: Engine, now: Now = utc_now) -> None:
        self._engine = engine
        self._now = now
        self._seen: dict[tuple[str, int], int] | None = None

    def exchange(self, mine: Mapping[str, int]) -> dict[str, int]:
        """Adds what this gateway counted; answers what others have added since the last time, by caller."""
        minute = int(self._now().timestamp() // 60)
        if mine:
            with self._engine.begin() as connection:
                _add(connection, minute, mine)
                connection.execute(delete(calls).where(calls.c.minute < minute - 1))
                found = _totals(connection, minute)
        else:
            with reading(self._engine) as connection:
                found = _totals(connection, minute)
        return self._compare(found, {(caller, minute): made for caller, made in mine.items()}, minute)

    def _compare(
        self, found: dict[tuple[str, int], int], mine: Mapping[tuple[str, int], int], minute: int
    ) -> dict[str, int]:
        """What is new and not from here. After a start, the minute before is over and the present one counts."""
        seen = {key: made for key, made in found.items() if key[1] < minute} if self._seen is None else self._seen
        self._seen = found
        others: dict[str, int] = {}
        for key, made in found.items():
            if (new := made - seen.get(key, 0) - mine.get(key, 0)) > 0:
                others[key[0]] = others.get(key[0], 0) + new
        return others


def _add(connection: Connection, minute: int, mine: Mapping[str, int]) -> None:
    for caller, made in sorted(mine.items()):  # in one order everywhere, so that no two wait for each other
        adding = upsert(connection, calls).values(caller=caller, minute=minute, made=made)
        more = {"made": calls.c.made + adding.excluded.made}
        connection.execute(adding.on_conflict_do_update(index_elements=["caller", "minute"], set_=more))


def _totals(connection: Connection, minute: int) -> dict[tuple[str, int], int]:
    rows = connection.execute(select(calls).where(calls.c.minute >= minute - 1)).mappings()
    return {(row["caller"], row["minute"]): row["made"] for row in rows}
