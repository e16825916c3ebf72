"""The gateway's tokens: ES256, signed with its private key, checked by each service with the public one."""

import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from jose import ExpiredSignatureError, JOSEError, jwk, jwt
from jose.backends.base import Key

from longhand.contracts.accounts import Role
from longhand.servicekit.errors import Forbidden, Unauthenticated
from longhand.servicekit.keys import Watched, key_id, public_blocks, public_of

ALGORITHM = "ES256"
ISSUER = "longhand-gateway"
RESERVED = frozenset({"exp", "iat", "aud", "iss", "sub", "jti", "role"})
_ORDER = list(Role)
# What the library lets through for tokens that are no tokens.
_MALFORMED = (JOSEError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError)
_BEARER = HTTPBearer(auto_error=False, description="the gateway's token for this service")


class TokenInvalid(Unauthenticated):
    """A token that is not the gateway's for this service."""

    code = "token_invalid"


class TokenExpired(Unauthenticated):
    """A token whose time is over."""

    code = "token_expired"


@dataclass(frozen=True)
class Claims:
    """What a valid token says; `expires` in seconds since 1970."""

    subject: str
    role: Role
    jti: str
    expires: int
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Caller:
    """On whose behalf a call is made."""

    name: str
    role: Role

    def may(self, role: Role) -> bool:
        """Whether the caller's role includes `role`."""
        return _ORDER.index(self.role) >= _ORDER.index(role)


@dataclass(frozen=True)
class _Signing:
    kid: str
    key: Key


class Signer:
    """Makes tokens; only the gateway has the key for it, as PEM or as a file, whose next key is taken up at once."""

    def __init__(self, private: bytes | Path, issuer: str = ISSUER) -> None:
        self._key = Watched(private, _signing)
        self._issuer = issuer

    def sign(self, subject: str, role: Role | str, audience: str, ttl_s: int, **extra: object) -> str:
        """A token of `ttl_s` seconds for one audience; `extra` adds claims, and replaces none."""
        if clash := RESERVED & extra.keys():
            raise ValueError(f"claims that are not extra: {sorted(clash)}")
        now = int(time.time())
        who = {"sub": subject, "role": Role(role).value, "aud": audience, "iss": self._issuer}
        times = {"iat": now, "exp": now + ttl_s, "jti": secrets.token_hex(16)}
        signing = self._key.get()
        headers = {"kid": signing.kid}
        return str(jwt.encode({**extra, **who, **times}, signing.key, algorithm=ALGORITHM, headers=headers))


class Verifier:
    """Checks tokens for one audience; nothing but ES256 by one of the gateway's keys passes.

    The public keys come as PEM, as a file of several PEM blocks, or as a folder of such files; a change of the file
    counts within seconds, so that keys are rotated without a restart.
    """

    def __init__(self, public: bytes | Path, audience: str, issuer: str = ISSUER) -> None:
        self._keys = Watched(public, _keyring)
        self._audience, self._issuer = audience, issuer

    def verify(self, token: str) -> Claims:
        """What the token says; TokenExpired or TokenInvalid where it does not hold."""
        try:
            keys = self._candidates(jwt.get_unverified_header(token).get("kid"))
            claims = jwt.decode(token, keys, algorithms=[ALGORITHM], audience=self._audience, issuer=self._issuer)
        except ExpiredSignatureError as error:
            raise TokenExpired("This token has expired: get a new one.") from error
        except _MALFORMED as error:
            raise TokenInvalid("This token is not valid here: get a new one from the gateway.") from error
        return self._read(claims)

    def _candidates(self, kid: str | None) -> tuple[Key, ...]:
        """The key of this id, read from the file at once where it is a new one; every key where there is no id."""
        if kid is None:  # tokens of gateways from before keys had ids
            return tuple(self._keys.get().values())
        known = self._keys.get()
        key = known.get(kid) or self._keys.get(now=True).get(kid)
        return (key,) if key else ()

    def _read(self, claims: Mapping[str, object]) -> Claims:
        # The library lets a token without these pass, so each is asked for here.
        subject, jti, expires, role = (claims.get(name) for name in ("sub", "jti", "exp", "role"))
        ours = claims.get("aud") == self._audience and claims.get("iss") == self._issuer
        named = isinstance(subject, str) and isinstance(jti, str) and subject and jti
        if not (ours and named and isinstance(expires, int) and isinstance(role, str) and role in _ORDER):
            raise TokenInvalid("This token lacks a claim, or has one of another kind: get a new one.")
        extra = {name: value for name, value in claims.items() if name not in RESERVED}
        return Claims(str(subject), Role(role), str(jti), expires, extra)


def _signing(private_pem: bytes) -> _Signing:
    return _Signing(key_id(public_of(private_pem)), jwk.construct(private_pem, ALGORITHM))


def _keyring(content: bytes) -> dict[str, Key]:
    return {key_id(block): jwk.construct(block, ALGORITHM) for block in public_blocks(content)}


def require_gateway(verifier: Verifier, role: Role | str = Role.USER) -> Callable[..., Awaitable[Caller]]:
    """A dependency that gives the Caller of a request with the gateway's token, of `role` at least; else 401 or 403."""

    async def caller(bearer: HTTPAuthorizationCredentials | None = Depends(_BEARER)) -> Caller:
        if bearer is None:
            raise Unauthenticated("This needs the gateway's token: call the gateway instead.")
        claims = verifier.verify(bearer.credentials)
        return check_role(Caller(claims.subject, claims.role), Role(role))

    return caller


def require_role(role: Role | str, caller: Callable[..., Awaitable[Caller]]) -> Callable[..., Awaitable[Caller]]:
    """A dependency that gives what the dependency `caller` gives, where its role includes `role`; else 403."""

    async def checked(found: Caller = Depends(caller)) -> Caller:
        return check_role(found, Role(role))

    return checked


def check_role(caller: Caller, role: Role) -> Caller:
    """The caller, where they may; Forbidden where not."""
    if not caller.may(role):
        raise Forbidden(f"This needs the role {role.value}; yours is {caller.role.value}.")
    return caller
