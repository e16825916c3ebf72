"""Sessions: what a person opens by signing in, and what a logout closes."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, delete, insert, select, tuple_, update

from longhand.contracts.accounts import OpenSession
from longhand.contracts.paging import Page
from longhand.servicekit.state import reading
from services.gateway.errors import RefreshInvalid, RefreshReused, UnknownSession
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

    def open(self, name: str, address: str | None = None) -> Session:
        """Opens a session for an account that has just signed in."""
        id, now = secrets.token_hex(16), self._now()
        row = {"id": id, "name": name, "opened_at": now, "used_at": now, "address": address and address[:64]}
        with self._engine.begin() as connection:
            connection.execute(insert(sessions).values(row))
            return Session(id, name, self._issue(connection, id))

    def refresh(self, token: str) -> Session:
        """Spends the token for a new one. Raises RefreshInvalid, and RefreshReused after closing the session."""
        with self._engine.begin() as connection:
            row = _find(connection, token)
            if row is None or row["closed_at"] or row["expires_at"] <= self._now():
                raise RefreshInvalid(INVALID)
            if self._spend(connection, row["hash"]):
                used = update(sessions).where(sessions.c.id == row["id"]).values(used_at=self._now())
                connection.execute(used)
                return Session(row["id"], row["name"], self._issue(connection, row["id"]))
        self.close(row["id"])
        raise RefreshReused(row["name"], row["id"])

    def of(self, token: str) -> str | None:
        """The session that a refresh token belongs to, spent or not."""
        with reading(self._engine) as connection:
            row = _find(connection, token)
        return str(row["id"]) if row else None

    def page(self, name: str, limit: int, cursor: str | None = None, current: str | None = None) -> Page[OpenSession]:
        """A page of an account's open sessions, newest first; the cursor is the id of the last one before it."""
        place = tuple_(sessions.c.opened_at, sessions.c.id)
        living = select(refresh_tokens.c.session).where(refresh_tokens.c.expires_at > self._now())
        query = select(sessions).where(*_open(name), sessions.c.id.in_(living))
        if cursor:
            before = select(sessions.c.opened_at, sessions.c.id).where(sessions.c.id == cursor)
            query = query.where(place < before.scalar_subquery())
        query = query.order_by(sessions.c.opened_at.desc(), sessions.c.id.desc()).limit(limit + 1)
        with reading(self._engine) as connection:
            found = [_shown(row, current) for row in connection.execute(query).mappings()]
        return Page(items=found[:limit], next=found[limit - 1].id if len(found) > limit else None)

    def close(self, id: str) -> str | None:
        """Closes a session: its refresh token is void at once, its access tokens within a minute everywhere.

        Answers whose it was; nobody's where it was closed already.
        """
        return self._close(sessions.c.id == id).get(id)

    def close_own(self, name: str, id: str) -> None:
        """Closes an open session of this account. Raises UnknownSession."""
        if not self._close(sessions.c.id == id, *_open(name)):
            raise UnknownSession(f"You have no open session {id}: GET /sessions lists yours.")

    def close_all(self, name: str, but: str | None = None) -> list[str]:
        """Closes every session of an account, except one where given; answers which."""
        return list(self._close(*_open(name), sessions.c.id != (but or "")))

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

    def _close(self, *which: ColumnElement[bool]) -> dict[str, str]:
        closing = update(sessions).where(*which, sessions.c.closed_at.is_(None)).values(closed_at=self._now())
        with self._engine.begin() as connection:
            closed = connection.execute(closing.returning(sessions.c.id, sessions.c.name))
            return {row.id: row.name for row in closed}


def _open(name: str) -> tuple[ColumnElement[bool], ...]:
    return sessions.c.name == name, sessions.c.closed_at.is_(None)


def _shown(row: RowMapping, current: str | None) -> OpenSession:
    return OpenSession(
        id=row["id"], opened_at=row["opened_at"], used_at=row["used_at"] or row["opened_at"],
        address=row["address"], current=row["id"] == current,
    )  # fmt: skip


def _find(connection: Connection, token: str) -> RowMapping | None:
    query = select(refresh_tokens, sessions).join(sessions, sessions.c.id == refresh_tokens.c.session)
    return connection.execute(query.where(refresh_tokens.c.hash == _hash(token))).mappings().first()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()  # 256 random bits need no slow hash
