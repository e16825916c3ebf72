"""A challenger on trial: how it is started, how it stands, and what became of it."""

from datetime import datetime
from enum import StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from longhand.contracts.models import LAST

Mode = Literal["canary", "shadow"]


class CanaryState(StrEnum):
    """Where a canary stands; the last four are final."""

    STARTING = "starting"
    RUNNING = "running"
    PROMOTING = "promoting"
    WITHDRAWING = "withdrawing"
    STOPPING = "stopping"
    PROMOTED = "promoted"
    ROLLED_BACK = "rolled_back"
    STOPPED = "stopped"
    OVERTAKEN = "overtaken"

    @property
    def final(self) -> bool:
        """Whether nothing more happens to it."""
        return self in (
            CanaryState.PROMOTED,
            CanaryState.ROLLED_BACK,
            CanaryState.STOPPED,
            CanaryState.OVERTAKEN,
        )


class CanaryRequest(BaseModel):
    """Which version to put on trial, and how."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, le=LAST)
    share: float = Field(
        default=0.2, ge=0.01, le=1, description="of the readings, which the challenger gets; in a canary at most 0.5"
    )
    mode: Mode = Field(
        default="canary",
        description="canary: the challenger answers its share; shadow: it reads its share, and the champion answers",
    )

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.mode == "canary" and self.share > 0.5:
            raise ValueError("a challenger may answer half of the readings at most")
        return self


class Measured(BaseModel):
    """One measurement: the share of bad outcomes of both versions, and the evidence that the challenger's is higher.

    Evidence of 1 says nothing. In the shadow the shares are those of readings that were bad for one version alone.
    """

    measurement: str
    challenger: float
    champion: float
    evidence: float


class Stage(BaseModel):
    """What the readings say so far: how many each version read, and the evidence of all measurements together.

    From `limit` on, the challenger is withdrawn.
    """

    challenger: int = 0
    champion: int = 0
    evidence: float = 1.0
    limit: float = 20.0
    measurements: list[Measured] = []


class CanaryReport(BaseModel):
    """All numbers of a canary: of the readings that were shared out, and of those that both versions have read."""

    shared: Stage = Stage()
    shadow: Stage = Stage()
    slow_ms: float | None = Field(default=None, description="a reading that took longer counts as slow")


class Canary(BaseModel):
    """A trial of a challenger, under way or over."""

    id: int
    model: str
    version: int
    champion: int
    share: float
    mode: Mode
    state: CanaryState
    reason: str = Field(default="", description="why it ended")
    by: str
    started_at: datetime
    ended_at: datetime | None = None
    report: CanaryReport = CanaryReport()
