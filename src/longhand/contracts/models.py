"""Model versions, and which of them serve."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from longhand.tasks import TASKS

LAST = 2**31 - 1
"""The highest number of a version that the registry can keep."""


class ModelName(StrEnum):
    """A model that can be trained."""

    # See contracts.readings.Task.
    _ignore_ = "members name"
    members = vars()
    for name in TASKS:
        members[name.upper().replace("-", "_")] = name


class Deployment(BaseModel):
    """Which versions of a model serve: one record, written whole, of which only a higher epoch is applied."""

    epoch: int = Field(ge=1)
    champion: int
    challenger: int | None = None
    share: float = Field(default=0.0, ge=0, le=1)
    mode: Literal["canary", "shadow"] = "canary"
    previous: list[int] = Field(
        default=[], description="earlier champions, latest last; a roll back returns to the last"
    )


class DeploymentChange(Deployment):
    """The record in force after a change."""

    replaced: int | None = Field(
        default=None, description="the champion before the change; the same as `champion` where nothing was changed"
    )


class PersonalVersion(BaseModel):
    """A person's own version of a model, None where they have none any more; changes are numbered in their order."""

    user: str
    version: int | None
    number: int


class PersonalChanges(BaseModel):
    """What changed among people's own versions of a model, up to a cursor; None where a person has none any more."""

    cursor: int
    versions: dict[str, int | None] = {}


class Standing(BaseModel):
    """What the registry says of a model now: the record in force, and the cursor of people's own versions."""

    deployment: Deployment | None = None
    cursor: int = 0


class ModelVersion(BaseModel):
    """A registered version: where it came from, and how well it reads."""

    name: str
    version: int
    created_at: datetime
    run_id: str | None = None
    champion: bool = False
    metrics: dict[str, float] = {}
    tags: dict[str, str] = {}
    card: dict[str, JsonValue] = {}


class Model(BaseModel):
    """A model: its deployment and its versions, newest first."""

    name: str
    deployment: Deployment | None = None
    versions: list[ModelVersion] = []


class PromoteRequest(BaseModel):
    """Which version shall serve everybody."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, le=LAST)


class PersonalRequest(BaseModel):
    """Which version shall answer a person."""

    model_config = ConfigDict(extra="forbid")

    version: int | None = Field(ge=1, le=LAST, description="their own version; `null`: the one that serves everybody")
