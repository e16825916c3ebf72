"""Model versions, and which of them serve."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Deployment(BaseModel):
    """Which versions of a model serve: one record, written whole, of which only a higher epoch is applied."""

    epoch: int = Field(ge=1)
    champion: int
    challenger: int | None = None
    share: float = Field(default=0.0, ge=0, le=1)
    mode: Literal["canary", "shadow"] = "canary"
    personal: dict[str, int] = {}
    previous: list[int] = Field(
        default=[], description="earlier champions, latest last; a roll back returns to the last"
    )


class ModelVersion(BaseModel):
    """A registered version: where it came from, and how well it reads."""

    name: str
    version: int
    created_at: datetime
    run_id: str | None = None
    champion: bool = False
    metrics: dict[str, float] = {}
    tags: dict[str, str] = {}
    card: dict[str, Any] = {}


class Model(BaseModel):
    """A model: its deployment and its versions, newest first."""

    name: str
    deployment: Deployment | None = None
    versions: list[ModelVersion] = []


class PromoteRequest(BaseModel):
    """Which version shall serve everybody."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1)
