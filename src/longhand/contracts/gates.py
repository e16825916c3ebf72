"""The gate: whether a version of a model may replace the one that serves, and why."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from longhand.contracts.models import LAST, ModelName


class GateRequest(BaseModel):
    """Which version is to be decided on, as a job."""

    model_config = ConfigDict(extra="forbid")

    model: ModelName
    version: int = Field(ge=1, le=LAST)


class GateMaterial(BaseModel):
    """Pictures that a decision rests on."""

    pictures: int
    groups: int = Field(description="writers, else documents, else pictures")
    version: str = Field(default="", description="a hash of which pictures they are and what they show")
    made: bool = Field(default=False, description="whether the code drew them, as no base data is at hand")
    sets: dict[str, int] = {}
    confirmed: int = Field(default=0, description="corrections that say what the champion reads now")


class GateComparison(BaseModel):
    """What the readings of both models say of one claim; rates and their differences are shares of 1.

    `difference` is the challenger's character error rate less the champion's: below 0 the challenger reads better.
    """

    name: str = Field(description="`gate set`, `corrections`, or a slice of the gate set")
    claim: Literal["not_worse", "better", "no_loss"]
    pictures: int
    by: Literal["group", "picture"] = Field(description="what was drawn as a whole")
    units: int
    champion: float
    challenger: float
    difference: float
    low: float
    high: float
    margin: float
    p: float
    holds: bool


class GateBudget(BaseModel):
    """Something that may not grow beyond `most`."""

    name: str
    champion: float
    challenger: float
    most: float
    holds: bool


class GateBin(BaseModel):
    """Readings of the gate set that a model was about as sure of; all but `pictures` are shares of 1."""

    low: float = Field(description="the bin holds confidences from here")
    high: float = Field(description="up to here; 1 itself is in the last bin")
    confidence: float = Field(description="mean confidence")
    right: float = Field(description="how many of them are right")
    pictures: int


class GateReliability(BaseModel):
    """How often both models are right when they are so sure: what the calibration error sums up. No bin is empty."""

    champion: list[GateBin]
    challenger: list[GateBin]


class GateRule(BaseModel):
    """What was asked; see the explanation of the gate."""

    margin: float
    slice_margin: float
    wide_margin: float
    level: float
    draws: int
    fewest: int
    enough: int
    seed: int


class GateChange(BaseModel):
    """A picture that the two models read differently well, in edits from the true text."""

    id: str = Field(description="the id of a reading, or set and name of a picture of the gate set")
    source: Literal["corrections", "gate set"]
    champion: int
    challenger: int
    text: str | None = Field(default=None, description="what the picture shows; null in older decisions")
    champion_read: str | None = None
    challenger_read: str | None = None


class GateDecision(BaseModel):
    """What was decided on a version, without the numbers."""

    number: int = Field(description="decisions are numbered in their order")
    model: str
    version: int
    champion: int = Field(description="the version that it was compared with")
    passed: bool
    summary: str
    decided_at: datetime
    by: str


class GateRecord(BaseModel):
    """A decision with all its numbers."""

    model: str
    version: int
    champion: int = Field(description="the version that it was compared with")
    passed: bool
    summary: str
    reasons: list[str] = Field(default=[], description="each claim that does not hold, in a sentence")
    decided_at: datetime
    by: str
    gate_set: GateMaterial
    corrections: GateMaterial
    rule: GateRule
    comparisons: list[GateComparison]
    budgets: list[GateBudget]
    reliability: GateReliability | None = Field(default=None, description="null in older decisions")
    changed: list[GateChange] = Field(default=[], description="where most changed, for better and for worse")
