"""What the models learn from corrections, and how far that has come."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from longhand.contracts.models import ModelName
from longhand.contracts.readings import Task


class Step(StrEnum):
    """How far a model has come with the corrections that were gathered; those from `serving` on are final.

    `approved` waits until no other version is being tried.
    """

    LEARNING = "learning"
    JUDGING = "judging"
    APPROVED = "approved"
    TRYING = "trying"
    SERVING = "serving"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    FAILED = "failed"


OPEN = (Step.LEARNING, Step.JUDGING, Step.APPROVED, Step.TRYING)
"""Steps after which others come."""


class Learning(BaseModel):
    """What became of gathered corrections in one model: which job works on it, which version came of it, and why it
    ended as it did."""

    number: int
    gathering: int
    model: ModelName
    dataset: str
    corrections: int
    first_at: datetime = Field(
        description="when the oldest correction was made that no version before had learned from"
    )
    step: Step
    job: str | None = None
    version: int | None = None
    reason: str = ""
    begun_at: datetime
    changed_at: datetime


Reason = Literal["admin", "count", "schedule", "alert", "erasure"]
"""What asks for corrections to be gathered."""


class GatherRequest(BaseModel):
    """Gather the corrections that count, of one task or of all, and let the models learn from them."""

    model_config = ConfigDict(extra="forbid")

    task: Task | None = Field(default=None, description="only those of this task")
    full: bool = Field(
        default=False, description="train anew from all data, rather than fine-tune the last full version"
    )
    reason: Reason = "admin"


class Upcoming(BaseModel):
    """What the models of a task would learn from if corrections were gathered now; nobody is named.

    `new` of the `corrections` were made since the last gathering, by `people` persons in `groups` groups of writers
    or documents. `gate` are corrections that judge and are not learned from. `left_out` counts by reason those
    that are neither.
    """

    task: Task
    models: list[ModelName]
    corrections: int
    new: int
    people: int
    groups: int
    gate: int
    left_out: dict[str, int] = {}
    last: str | None = Field(default=None, description="the dataset version that was gathered last")
    last_at: datetime | None = None


class Alert(BaseModel):
    """One alert of Alertmanager's; of what else it says nothing counts here."""

    status: Literal["firing", "resolved"]
    labels: dict[str, str] = {}


class AlertNotice(BaseModel):
    """What Alertmanager sends to a webhook (https://prometheus.io/docs/alerting/latest/configuration/)."""

    alerts: list[Alert] = Field(max_length=1000)

    @property
    def asks_to_gather(self) -> bool:
        """Whether an alert that fires asks for corrections to be gathered."""
        return any(one.status == "firing" and one.labels.get("gather") == "corrections" for one in self.alerts)


class AlertOutcome(BaseModel):
    """The job that alerts have led to, if any."""

    job: str | None = None
