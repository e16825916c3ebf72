"""A person's own versions of models, as they are shown to that person."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field


class Refusal(StrEnum):
    """Why an adaptation does not serve."""

    CANNOT_WRITE = "cannot_write"
    OTHERS_WORSE = "others_worse"
    STILL_MISREAD = "still_misread"


class OwnModel(BaseModel):
    """What became of the last adaptation of a model to a person's hand."""

    model: str
    version: int = Field(description="the version of everybody that was adapted")
    adapter: str | None = Field(description="SHA-256 of what adapts it; `null` where it was refused")
    serves: bool = Field(
        default=False,
        description="whether a version of one's own answers: this one, or the one before where it was refused",
    )
    corrections: int = Field(description="how many corrections it learned from")
    deep_corrections: int = Field(
        default=0, description="from how many the whole network learned, in the second step; 0 where that is to come"
    )
    reason: str = Field(description="why it was refused; empty where it serves")
    code: Refusal | None = Field(
        default=None, description="the reason in one word; `null` where it serves, or where only the sentence was kept"
    )
    corrected_at: datetime = Field(description="when the last of these corrections was made")
    at: datetime = Field(description="when it began to serve, or was refused")


class OwnModels(BaseModel):
    """A person's own versions, by model."""

    items: list[OwnModel] = []
    since: datetime | None = Field(
        default=None, description="when they were last forgotten; what was corrected before counts no more"
    )
