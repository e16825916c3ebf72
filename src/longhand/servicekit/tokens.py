"""The gateway's tokens: ES256, signed with its private key, checked by each service with the public one."""

import os
import secrets
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from jose import ExpiredSignatureError, JOSEError, jwk, jwt

from longhand.contracts.accounts import Role
from longhand.servicekit.errors import Forbidden, Unauthenticated

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
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Caller:
    """On whose behalf a call is made."""

    name: str
    role: Role

    def may(self, role: Role) -> bool:
        """Whether the caller's role includes `role`."""
        return _ORDER.index(self.role) >= _ORDER.index(role)


class Signer:
    """Makes tokens; only the gateway has the key for it."""

    def __init__(self, private_pem: str | bytes, issuer: str = ISSUER) -> None:
        self._key = jwk.construct(private_pem, ALGORITHM)
        self._issuer = issuer

    def sign(self, subject: str, role: Role | str, audience: str, ttl_s: int, **extra: Any) -> str:
        """A token of `ttl_s` seconds for one audience; `extra` adds claims, and replaces none."""
        if clash := RESERVED & extra.keys():
            raise ValueError(f"claims that are not extra: {sorted(clash)}")
        now = int(time.time())
        who = {"sub": subject, "role": Role(role).value, "aud": audience, "iss": self._issuer}
        times = {"iat": now, "exp": now + ttl_s, "jti": secrets.token_hex(16)}
        return str(jwt.encode({**extra, **who, **times}, self._key, algorithm=ALGORITHM))


class Verifier:
    """Checks tokens for one audience; nothing but ES256 by the gateway's key passes."""

    def __init__(self, public_pem: str | bytes, audience: str, issuer: str = ISSUER) -> None:
        self._key = jwk.construct(public_pem, ALGORITHM)
        self._audience, self._issuer = audience, issuer

    def verify(self, token: str) -> Claims:
        """What the token says; TokenExpired or TokenInvalid where it does not hold."""
        try:
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM], audience=self._audience, issuer=self._issuer)
        except ExpiredSignatureError as error:
            raise TokenExpired("This token has expired: get a new one.") from error
        except _MALFORMED as error:
            raise TokenInvalid("This token is not valid here: get a new one from the gateway.") from error
        return self._read(claims)

    def _read(self, claims: Mapping[str, Any]) -> Claims:
        # The library lets a token without these pass, so each is asked for here.
        whole = (
            isinstance(claims.get("exp"), int)
            and claims.get("aud") == self._audience
            and claims.get("iss") == self._issuer
            and all(isinstance(claims.get(name), str) and claims[name] for name in ("sub", "jti"))
            and claims.get("role") in _ORDER
        )
        if not whole:
            raise TokenInvalid("This token lacks a claim, or has one of another kind: get a new one.")
        extra = {name: value for name, value in claims.items() if name not in RESERVED}
        return Claims(claims["sub"], Role(claims["role"]), claims["jti"], claims["exp"], extra)


def create_keys(directory: Path) -> None:
    """Writes gateway.pem (mode 0600) and gateway.pub where they are missing; an existing key stays."""
    directory.mkdir(parents=True, exist_ok=True)
    private = directory / "gateway.pem"
    if not private.exists():
        _place(private, _private_pem(ec.generate_private_key(ec.SECP256R1())), 0o600, replace=False)
    key = serialization.load_pem_private_key(private.read_bytes(), password=None)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    path = directory / "gateway.pub"
    if not path.exists() or path.read_bytes() != public:
        _place(path, public, 0o644, replace=True)


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _place(path: Path, data: bytes, mode: int, replace: bool) -> None:
    """Writes aside and moves into place; without `replace`, whoever is first wins."""
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            os.replace(aside, path)
            return
        try:
            os.link(aside, path)
        except FileExistsError:
            return
    finally:
        Path(aside).unlink(missing_ok=True)


def require_gateway(verifier: Verifier, role: Role | str = Role.USER) -> Callable[..., Awaitable[Caller]]:
    """A dependency that gives the Caller of a request with the gateway's token, of `role` at least; else 401 or 403."""

    async def caller(bearer: HTTPAuthorizationCredentials | None = Depends(_BEARER)) -> Caller:
        if bearer is None:
            raise Unauthenticated("This needs the gateway's token: call the gateway instead.")
        claims = verifier.verify(bearer.credentials)
        return check_role(Caller(claims.subject, claims.role), Role(role))

    return caller


def require_role(role: Role | str, caller: Callable[..., Any]) -> Callable[..., Awaitable[Caller]]:
    """A dependency that gives what the dependency `caller` gives, where its role includes `role`; else 403."""

    async def checked(found: Caller = Depends(caller)) -> Caller:
        return check_role(found, Role(role))

    return checked


def check_role(caller: Caller, role: Role) -> Caller:
    """The caller, where they may; Forbidden where not."""
    if not caller.may(role):
        raise Forbidden(f"This needs the role {role.value}; yours is {caller.role.value}.")
    return caller
