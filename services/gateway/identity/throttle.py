"""How often a password may be guessed, at all gateways on one database together."""

import hashlib
import math
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, case, delete, update

from services.gateway.errors import TooManyAttempts
from services.gateway.identity.audit import Now, utc_now
from services.gateway.tables import attempts, upsert


class Throttle:
    """Counts attempts to sign in within a window, by account and address, by address, and by account.

    The window of a counter begins with its first attempt. Every method reads and writes the database.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        pair: int = 5,
        address: int = 30,
        account: int = 50,
        window_s: float = 300,
        now: Now = utc_now,
    ) -> None:
        self._engine = engine
        self._limits = (pair, address, account)
        self._window = timedelta(seconds=window_s)
        self._now = now

    def enter(self, account: str, address: str) -> None:
        """Counts an attempt before the password is looked at, so that many at once are counted too.

        Raises TooManyAttempts, with the seconds to wait; what is refused is not counted.
        """
        now = self._now()
        with self._engine.begin() as connection:  # which an error rolls back
            for key, limit in zip(_keys(account, address), self._limits, strict=True):
                made, begun = self._count(connection, key, now)
                if made > limit:
                    raise TooManyAttempts(
                        "Too many failed attempts to sign in. Wait as long as Retry-After says.",
                        retry_after=max(1, math.ceil((begun + self._window - now).total_seconds())),
                    )

    def forgive(self, account: str, address: str) -> None:
        """The password was right: this attempt does not count, and the pair starts anew."""
        pair, *others = _keys(account, address)
        with self._engine.begin() as connection:
            connection.execute(delete(attempts).where(attempts.c.key == pair))
            for key in others:  # one after another, in the order of `enter`, so that no two wait for each other
                fewer = update(attempts).where(attempts.c.key == key, attempts.c.made > 0)
                connection.execute(fewer.values(made=attempts.c.made - 1))

    def purge(self) -> None:
        """Forgets counters whose window is over."""
        with self._engine.begin() as connection:
            connection.execute(delete(attempts).where(attempts.c.begun_at <= self._now() - self._window))

    def _count(self, connection: Connection, key: str, now: datetime) -> tuple[int, datetime]:
        """Attempts in the window, this one included, and when it began; others wait for this row until the end."""
        adding = upsert(connection, attempts).values(key=key, made=1, begun_at=now)
        over = attempts.c.begun_at <= now - self._window
        counted = {
            "made": case((over, 1), else_=attempts.c.made + 1),
            "begun_at": case((over, adding.excluded.begun_at), else_=attempts.c.begun_at),
        }
        adding = adding.on_conflict_do_update(index_elements=["key"], set_=counted)
        row = connection.execute(adding.returning(attempts.c.made, attempts.c.begun_at)).one()
        return row.made, row.begun_at


def _keys(account: str, address: str) -> tuple[str, str, str]:
    """The counters of an attempt, as hashes: a name that is made up may hold anything."""
    parts = ("pair", account, address), ("address", address), ("account", account)
    pair, place, name = (hashlib.sha256(repr(part).encode()).hexdigest() for part in parts)
    return pair, place, name
