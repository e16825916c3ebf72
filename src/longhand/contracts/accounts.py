"""People, programs and what they may do."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from longhand.contracts.names import Label, check_seen


class Role(StrEnum):
    """What a caller may do; each role includes the one before it."""

    USER = "user"
    REVIEWER = "reviewer"
    ADMIN = "admin"


class TokenResponse(BaseModel):
    """An access token, and the refresh token that buys the next one, once."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"
    expires_in: int = Field(description="seconds")
    refresh_token: str | None = Field(default=None, description="absent where a cookie keeps it")


class User(BaseModel):
    """An account."""

    name: str
    role: Role
    active: bool = True
    created_at: datetime


RESERVED = frozenset({"me"})
"""Names that mean somebody else in an address."""


def _check_account(name: str) -> str:
    if name in RESERVED:
        raise ValueError(f"{name} means the caller, in /users/{name}: choose another name")
    return name


def _check_password(password: str) -> str:
    if not password.strip():
        raise ValueError("a password of white space alone is none: choose another")
    return check_seen(password)


AccountName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{1,63}$"), AfterValidator(_check_account)]
Password = Annotated[str, Field(min_length=12, max_length=256), AfterValidator(_check_password)]


class NewUser(BaseModel):
    """An account to be made."""

    model_config = ConfigDict(extra="forbid")

    name: AccountName
    password: Password
    role: Role = Role.USER


class UserChange(BaseModel):
    """What to change of an account."""

    model_config = ConfigDict(extra="forbid")

    password: Password | None = None
    role: Role | None = None
    active: bool | None = None
    revoke: bool = Field(
        default=True,
        description="whether a new password, or switching the account off, also ends its sessions and deletes its API "
        "keys; sessions end in any case where the role changes or the account is switched off",
    )


class PasswordChange(BaseModel):
    """A new password for the caller's own account."""

    model_config = ConfigDict(extra="forbid")

    current: str = Field(max_length=1024, description="the password until now")
    new: Password


class Scope(StrEnum):
    """What an API key may be used for, as far as the role of its owner goes; a person who signed in has them all."""

    PREDICT = "predict"
    READ = "read"
    CORRECT = "correct"
    ADMIN_READ = "admin:read"
    ADMIN_JOBS = "admin:jobs"
    ADMIN_LEXICONS = "admin:lexicons"
    ADMIN_MODELS = "admin:models"
    ADMIN_USERS = "admin:users"


class NewApiKey(BaseModel):
    """A key for a program, acting for the caller."""

    model_config = ConfigDict(extra="forbid")

    label: Label
    days: int = Field(default=90, ge=1, le=730)
    scopes: list[Scope] = Field(
        default=[Scope.PREDICT, Scope.READ], min_length=1, description="what it may be used for"
    )


class ApiKey(BaseModel):
    """A key as listed; the key itself is shown once, when it is made."""

    id: str
    owner: str
    label: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None


class CreatedApiKey(ApiKey):
    """A key as made: the only time that `key` is shown."""

    key: str


class OpenSession(BaseModel):
    """A session of the caller that is open; `current` is the one of this request."""

    id: str
    opened_at: datetime
    used_at: datetime = Field(description="when it was opened or its refresh token was last spent")
    address: str | None = Field(default=None, description="from where it was opened")
    current: bool = False


class AuditEntry(BaseModel):
    """Who did what to whom, and when."""

    id: int
    at: datetime
    by: str
    action: str
    subject: str
    detail: str = ""
