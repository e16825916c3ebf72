"""Which request each Idempotency-Key came with, known to all gateways on one database."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Connection, Engine, delete, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from longhand.servicekit.errors import Unavailable
from services.gateway.identity.audit import Now, utc_now
from services.gateway.tables import claims, upsert


class Claims:
    """A row for each key that is in use, for `seconds`. Every method reads and writes the database."""

    def __init__(self, engine: Engine, seconds: float, now: Now = utc_now) -> None:
        self._engine = engine
        self._seconds = timedelta(seconds=seconds)
        self._now = now

    def claim(self, caller: str, key: str, fingerprint: str) -> bool:
        """Takes the key for this request; False where it belongs to another request. Raises Unavailable."""
        now, name = self._now(), _name(caller, key)
        with _reaching(self._engine) as connection:
            taking = upsert(connection, claims).values(key=name, fingerprint=fingerprint, made_at=now)
            taking = taking.on_conflict_do_update(
                index_elements=["key"],
                set_={"fingerprint": taking.excluded.fingerprint, "made_at": taking.excluded.made_at},
                where=claims.c.made_at <= now - self._seconds,
            )
            connection.execute(taking)
            owner = connection.execute(select(claims.c.fingerprint).where(claims.c.key == name)).scalar()
        return owner == fingerprint

    def release(self, caller: str, key: str, fingerprint: str) -> None:
        """Gives the key free, as its request failed. Raises Unavailable."""
        mine = claims.c.key == _name(caller, key), claims.c.fingerprint == fingerprint
        with _reaching(self._engine) as connection:
            connection.execute(delete(claims).where(*mine))

    def purge(self) -> None:
        """Forgets claims whose time is over."""
        with self._engine.begin() as connection:
            connection.execute(delete(claims).where(claims.c.made_at <= self._now() - self._seconds))


@contextmanager
def _reaching(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.begin() as connection:
            yield connection
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise Unavailable("The database cannot be reached: try again in a moment.") from error


def _name(caller: str, key: str) -> str:
    return hashlib.sha256(repr((caller, key)).encode()).hexdigest()
