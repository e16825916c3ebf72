"""Sessions: what a person opens by signing in, and what a logout closes."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, Engine, RowMapping, delete, insert, select, update

from longhand.servicekit.state import reading
from services.gateway.errors import RefreshInvalid, RefreshReused
from services.gateway.identity.audit import Now, utc_now
from services.gateway.tables import refresh_tokens, sessions

PREFIX = "lhr_"
INVALID = "This refresh token is unknown, expired or revoked: sign in again."


@dataclass(frozen=True)
class Session:
    """An open session, and the refresh token that buys its next access token, once."""

    id: str
    name: str
    refresh_token: str


class Sessions:
    """Sessions and their refresh tokens, of which only hashes are kept.

    Every refresh spends the token and makes the next. A spent token that comes back was stolen, or its thief was
    faster: either way the session closes, and with it every token that came from it.
    """

    def __init__(self, engine: Engine, lifetime: timedelta, now: Now = utc_now) -> None:
        self._engine = engine
        self._lifetime = lifetime
        self._now = now

    def open(self, name: str) -> Session:
        """Opens a session for an account that has just signed in."""
        id = secrets.token_hex(16)
        with self._engine.begin() as connection:
            connection.execute(insert(sessions).values(id=id, name=name, opened_at=self._now()))
            return Session(id, name, self._issue(connection, id))

    def refresh(self, token: str) -> Session:
        """Spends the token for a new one. Raises RefreshInvalid, and RefreshReused after closing the session."""
        with self._engine.begin() as connection:
            row = _find(connection, token)
            if row is None or row["closed_at"] or row["expires_at"] <= self._now():
                raise RefreshInvalid(INVALID)
            if self._spend(connection, row["hash"]):
                return Session(row["id"], row["name"], self._issue(connection, row["id"]))
        self.close(row["id"])
        raise RefreshReused(row["name"], row["id"])

    def of(self, token: str) -> str | None:
        """The session that a refresh token belongs to, spent or not."""
        with reading(self._engine) as connection:
            row = _find(connection, token)
        return str(row["id"]) if row else None

    def close(self, id: str) -> None:
        """Closes a session: its refresh token is void at once, its access tokens within a minute everywhere."""
        self._close(sessions.c.id == id)

    def close_all(self, name: str) -> list[str]:
        """Closes every session of an account; answers which."""
        with reading(self._engine) as connection:
            query = select(sessions.c.id).where(sessions.c.name == name, sessions.c.closed_at.is_(None))
            ids = list(connection.execute(query).scalars())
        self._close(sessions.c.id.in_(ids))
        return ids

    def closed_since(self, age: timedelta) -> set[str]:
        """Sessions closed within the last `age`: those whose access tokens may not have expired by themselves."""
        with reading(self._engine) as connection:
            query = select(sessions.c.id).where(sessions.c.closed_at > self._now() - age)
            return set(connection.execute(query).scalars())

    def purge(self) -> None:
        """Forgets refresh tokens that have expired, and sessions that have none left."""
        with self._engine.begin() as connection:
            connection.execute(delete(refresh_tokens).where(refresh_tokens.c.expires_at < self._now()))
            living = select(refresh_tokens.c.session)
            old = sessions.c.opened_at < self._now() - self._lifetime
            connection.execute(delete(sessions).where(old, sessions.c.id.not_in(living)))

    def _issue(self, connection: Connection, session: str) -> str:
        token = PREFIX + secrets.token_urlsafe(32)
        expires = self._now() + self._lifetime
        connection.execute(insert(refresh_tokens).values(hash=_hash(token), session=session, expires_at=expires))
        return token

    def _spend(self, connection: Connection, hashed: str) -> bool:
        unspent = refresh_tokens.c.hash == hashed, refresh_tokens.c.spent_at.is_(None)
        spent = connection.execute(update(refresh_tokens).where(*unspent).values(spent_at=self._now()))
        return spent.rowcount == 1

    def _close(self, which: object) -> None:
        with self._engine.begin() as connection:
            open_ones = update(sessions).where(which, sessions.c.closed_at.is_(None))  # type: ignore[arg-type]
            connection.execute(open_ones.values(closed_at=self._now()))


def _find(connection: Connection, token: str) -> RowMapping | None:
    query = select(refresh_tokens, sessions).join(sessions, sessions.c.id == refresh_tokens.c.session)
    return connection.execute(query.where(refresh_tokens.c.hash == _hash(token))).mappings().first()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()  # 256 random bits need no slow hash
