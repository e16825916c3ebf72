"""Who is asking: access tokens and API keys, checked on every request."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from longhand.contracts.accounts import Scope
from longhand.servicekit.errors import Unauthenticated
from longhand.servicekit.tokens import Caller, TokenInvalid, Verifier
from services.gateway.errors import SessionClosed
from services.gateway.identity.audit import Now, utc_now
from services.gateway.identity.keys import PREFIX, ApiKeys
from services.gateway.identity.sessions import Sessions

AUDIENCE = "gateway"
REMEMBERED = 10_000
TOKEN_S = 60.0
KEY_S = 30.0


@dataclass(frozen=True)
class Identity(Caller):
    """A caller, by the session or the API key that they came with; `expires` in seconds since 1970.

    `scopes` are the key's: a person who signed in has none and needs none.
    """

    expires: float
    session: str | None = None
    key: str | None = None
    scopes: frozenset[Scope] = frozenset()


class Guard:
    """Identifies callers.

    A checked token is remembered for a minute, so that its signature is computed once; whether its session was
    closed is looked up in memory on every call. API keys are remembered for half a minute.
    """

    def __init__(
        self, verifier: Verifier, keys: ApiKeys, sessions: Sessions, access: timedelta, now: Now = utc_now
    ) -> None:
        self._verifier = verifier
        self._keys = keys
        self._sessions = sessions
        self._access = access
        self._now = now
        self._known: OrderedDict[str, tuple[Identity, float]] = OrderedDict()
        self._closed: set[str] = set()
        self._uses: dict[str, datetime] = {}

    async def identify(self, credential: str | None) -> Identity:
        """The caller with this access token or API key. Raises Unauthenticated."""
        if not credential:
            raise Unauthenticated("Sign in with POST /token, or send an API key as X-API-Key.")
        identity = self._recall(credential)
        if identity is None:
            identity = await self._check(credential)
            self._remember(credential, identity)
        self.admit(identity)
        if identity.key:
            self._uses[identity.key] = self._now()
        return identity

    def admit(self, identity: Identity) -> None:
        """Raises SessionClosed where the caller's session was closed."""
        if identity.session in self._closed:
            raise SessionClosed("This token was revoked: sign in again.")

    def close(self, sessions: Iterable[str]) -> None:
        """These sessions are closed from now on; forgets API keys, which may have gone with them."""
        self._closed = self._closed.union(sessions)
        self._known.clear()

    def refresh(self) -> None:
        """Looks up what other replicas closed, and notes which keys were used. Reads and writes the database."""
        self._closed = self._sessions.closed_since(self._access)
        uses, self._uses = self._uses, {}
        if uses:
            self._keys.used(uses)

    async def _check(self, credential: str) -> Identity:
        if credential.startswith(PREFIX):
            owner = await asyncio.to_thread(self._keys.owner, credential)
            return Identity(owner.name, owner.role, time.time() + KEY_S, key=owner.key, scopes=owner.scopes)
        claims = self._verifier.verify(credential)
        if not isinstance(session := claims.extra.get("sid"), str):
            raise TokenInvalid("This token belongs to no session: sign in with POST /token.")
        return Identity(claims.subject, claims.role, claims.expires, session=session)

    def _recall(self, credential: str) -> Identity | None:
        identity, until = self._known.get(_digest(credential), (None, 0.0))
        return identity if until > time.time() else None

    def _remember(self, credential: str, identity: Identity) -> None:
        until = min(identity.expires, time.time() + TOKEN_S)
        self._known[_digest(credential)] = (identity, until)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def _digest(credential: str) -> str:
    return hashlib.sha256(credential.encode()).hexdigest()
