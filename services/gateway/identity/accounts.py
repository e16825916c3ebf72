"""Signing in and out, and changing accounts: what belongs together when it happens."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from longhand.contracts.accounts import NewUser, PasswordChange, TokenResponse, User, UserChange
from longhand.servicekit.tokens import Signer
from services.gateway.errors import RefreshInvalid, RefreshReused, WrongCurrentPassword, WrongPassword
from services.gateway.identity.audit import Audit
from services.gateway.identity.guard import AUDIENCE, Guard, Identity
from services.gateway.identity.keys import ApiKeys
from services.gateway.identity.sessions import INVALID, PREFIX, Session, Sessions
from services.gateway.identity.throttle import Throttle
from services.gateway.identity.users import Users
from services.gateway.metrics import GatewayMetrics

HASHES_AT_ONCE = 2
"""Each takes 64 MB and a core for a tenth of a second."""

LONGEST_NAME = 64
"""Characters; what is longer is nobody's, and not worth remembering whole."""

T = TypeVar("T")


class Accounts:
    """Sessions open and close with what happens to their accounts; nothing here blocks the event loop."""

    def __init__(
        self,
        users: Users,
        sessions: Sessions,
        keys: ApiKeys,
        guard: Guard,
        audit: Audit,
        throttle: Throttle,
        signer: Signer,
        metrics: GatewayMetrics,
        access_s: int,
    ) -> None:
        self._users = users
        self._sessions = sessions
        self._keys = keys
        self._guard = guard
        self._audit = audit
        self._throttle = throttle
        self._signer = signer
        self._metrics = metrics
        self._access_s = access_s
        self._hashing = CapacityLimiter(HASHES_AT_ONCE)
        self._noting = set[asyncio.Task[None]]()

    async def sign_in(self, name: str, password: str, address: str) -> TokenResponse:
        """Opens a session. Raises WrongPassword, and TooManyAttempts before looking at the password."""
        account = name[:LONGEST_NAME]
        await asyncio.to_thread(self._throttle.enter, account, address)
        try:
            user = await self._hash(lambda: self._users.sign_in(name, password))
        except WrongPassword:
            self._metrics.sign_ins.labels("refused").inc()
            self._note_later(name, f"from {address}")
            raise
        await asyncio.to_thread(self._throttle.forgive, account, address)
        self._metrics.sign_ins.labels("accepted").inc()
        session = await asyncio.to_thread(self._sessions.open, user.name, address)
        await asyncio.to_thread(self._audit.note, user.name, "session.opened", session.id, f"from {address}")
        return self._tokens(session, user)

    async def refresh(self, token: str) -> TokenResponse:
        """Spends a refresh token. Raises RefreshInvalid, and RefreshReused after closing the session."""
        try:
            session = await asyncio.to_thread(self._sessions.refresh, token)
        except RefreshReused as error:
            self._guard.close([error.session])
            await asyncio.to_thread(self._audit.note, error.name, "session.stolen", error.session)
            raise
        user = await asyncio.to_thread(self._users.get, session.name)
        if not user.active:  # switched off while somebody signed in
            await self._close_all(user.name)
            raise RefreshInvalid(INVALID)
        return self._tokens(session, user)

    async def sign_out(self, token: str) -> None:
        """Closes the session of an access or refresh token; a token that opens nothing is no error."""
        if token.startswith(PREFIX):
            session = await asyncio.to_thread(self._sessions.of, token)
        else:
            session = (await self._guard.identify(token)).session
        if session:
            owner = await asyncio.to_thread(self._sessions.close, session)
            self._guard.close([session])
            if owner:
                await asyncio.to_thread(self._audit.note, owner, "session.left", session)

    async def add(self, by: Identity, new: NewUser) -> User:
        """Makes an account. Raises NameTaken."""
        user = await self._hash(lambda: self._users.add(new.name, new.password, new.role))
        await asyncio.to_thread(self._audit.note, by.name, "user.created", user.name, f"role {user.role.value}")
        return user

    async def change(self, by: Identity, name: str, change: UserChange) -> User:
        """Changes an account, and ends what the change asks to end. Raises UnknownUser and LastAdmin."""
        user = await self._hash(lambda: self._users.change(name, change))
        revoked = change.revoke and (change.password is not None or change.active is False)
        if revoked:
            await asyncio.to_thread(self._keys.delete_all, name)
        if revoked or change.role is not None or change.active is False:
            await self._close_all(name)
        await asyncio.to_thread(self._audit.note, by.name, "user.changed", name, _describe(change, revoked))
        return user

    async def change_password(self, person: Identity, change: PasswordChange, address: str) -> None:
        """Gives the caller another password, and ends their other sessions.

        Raises WrongCurrentPassword, and TooManyAttempts before looking at the password.
        """
        await self._check_current(person.name, change.current, address)
        await self._hash(lambda: self._users.change(person.name, UserChange(password=change.new)))
        await self._close_all(person.name, but=person.session)
        await asyncio.to_thread(self._audit.note, person.name, "password.changed", person.name, f"from {address}")

    async def close(self, person: Identity, session: str) -> None:
        """Ends a session of the caller. Raises UnknownSession."""
        await asyncio.to_thread(self._sessions.close_own, person.name, session)
        self._guard.close([session])
        await asyncio.to_thread(self._audit.note, person.name, "session.closed", session)

    async def delete(self, by: Identity, name: str) -> None:
        """Closes an account for good, with its sessions and keys. Raises UnknownUser and LastAdmin."""
        await asyncio.to_thread(self._users.delete, name)
        await asyncio.to_thread(self._keys.delete_all, name)
        await self._close_all(name)
        await asyncio.to_thread(self._audit.note, by.name, "user.deleted", name)

    async def _check_current(self, name: str, password: str, address: str) -> None:
        await asyncio.to_thread(self._throttle.enter, name, address)
        if not await self._hash(lambda: self._users.knows_password(name, password)):
            raise WrongCurrentPassword("The current password is another one. Ask an administrator if it is lost.")
        await asyncio.to_thread(self._throttle.forgive, name, address)

    def _note_later(self, name: str, detail: str) -> None:
        """A sign-in that was refused, where there is such an account: not before the answer, which would tell so."""
        noting = asyncio.create_task(asyncio.to_thread(self._note_refused, name, detail))
        self._noting.add(noting)
        noting.add_done_callback(self._noting.discard)

    def _note_refused(self, name: str, detail: str) -> None:
        if "\0" not in name and self._users.exists(name):  # what somebody mistyped may be a password
            self._audit.note(name, "session.refused", name, detail)

    async def _close_all(self, name: str, but: str | None = None) -> None:
        self._guard.close(await asyncio.to_thread(self._sessions.close_all, name, but))

    async def _hash(self, work: Callable[[], T]) -> T:
        return await to_thread.run_sync(work, limiter=self._hashing)

    def _tokens(self, session: Session, user: User) -> TokenResponse:
        access = self._signer.sign(user.name, user.role, AUDIENCE, self._access_s, sid=session.id)
        return TokenResponse(access_token=access, expires_in=self._access_s, refresh_token=session.refresh_token)


def _describe(change: UserChange, revoked: bool) -> str:
    """What was changed, for the audit log: a password only as such."""
    given = change.model_dump(mode="json", exclude_none=True, include={"role", "active"})
    parts = [f"{field} {value}" for field, value in given.items()]
    parts += ["password changed"] if change.password else []
    return ", ".join(parts + (["sessions and keys ended"] if revoked else []))
