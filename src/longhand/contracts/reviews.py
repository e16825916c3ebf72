"""The review queue: readings that a person should look at first."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from longhand.contracts.readings import StoredReading, Task

MANY = 100
"""How many readings can be asked for at once."""


class ReviewClaim(BaseModel):
    """Who looks at a reading, and until when nobody else is handed it."""

    by: str
    until: datetime


class QueuedReading(StoredReading):
    """A reading of the queue; `claim` is null where nobody looks at it."""

    claim: ReviewClaim | None = None


class ReviewQueue(BaseModel):
    """The readings to look at, the first in front."""

    items: list[QueuedReading]


class ReviewQuery(BaseModel):
    """How much of the queue is asked for."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=10, ge=1, le=MANY, description="how many readings at most")
    task: Task | None = Field(default=None, description="only readings of this task")
