"""People, programs and what they may do."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


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
    refresh_token: str


class User(BaseModel):
    """An account."""

    name: str
    role: Role
    active: bool = True
    created_at: datetime


class NewUser(BaseModel):
    """An account to be made."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{1,63}$")
    password: str = Field(min_length=12, max_length=256)
    role: Role = Role.USER


class UserChange(BaseModel):
    """What to change of an account."""

    model_config = ConfigDict(extra="forbid")

    password: str | None = Field(default=None, min_length=12, max_length=256)
    role: Role | None = None
    active: bool | None = None


class NewApiKey(BaseModel):
    """A key for a program, acting for the caller."""

    model_config = ConfigDict(extra="forbid")

    label: str = Field(min_length=1, max_length=100)
    days: int = Field(default=90, ge=1, le=730)


class ApiKey(BaseModel):
    """A key as listed; the key itself is shown once, when it is made."""

    id: str
    label: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None


class CreatedApiKey(ApiKey):
    """A key as made: the only time that `key` is shown."""

    key: str


class AuditEntry(BaseModel):
    """Who did what to whom, and when."""

    id: int
    at: datetime
    by: str
    action: str
    subject: str
    detail: str = ""
