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
    withdrawn: list[int] = Field(
        default=[], description="versions that learned from what a person has had erased: they read nothing any more"
    )


class DeploymentChange(Deployment):
    """The record in force after a change."""

    replaced: int | None = Field(
        default=None, description="the champion before the change; the same as `champion` where that was not changed"
    )
    dismissed: int | None = Field(default=None, description="the challenger whose trial the change has ended")


ADAPTER = r"^[0-9a-f]{64}$"
"""How the file of an adapter is called: by its SHA-256."""


class PersonalVersion(BaseModel):
    """A person's own version of a model, None where they have none any more; changes are numbered in their order.

    With an `adapter` it is `version`, which many share, with that adapter's change: it answers this person for as long
    as that version answers everybody.
    """

    user: str
    version: int | None
    number: int
    adapter: str | None = Field(default=None, description="SHA-256 of what adapts the version to this person")


class PersonalChanges(BaseModel):
    """What changed among people's own versions of a model, up to a cursor; None where a person has none any more."""

    cursor: int
    versions: dict[str, int | None] = {}
    adapters: dict[str, str] = Field(default={}, description="by person, where the version comes with one")


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
    reason: str | None = Field(
        default=None,
        min_length=3,
        max_length=500,
        description="why a version shall serve that has not passed the gate; the audit log keeps it",
    )


class PersonalRequest(BaseModel):
    """Which version shall answer a person."""

    model_config = ConfigDict(extra="forbid")

    version: int | None = Field(ge=1, le=LAST, description="their own version; `null`: the one that serves everybody")
