"""Readings that are read again by the version that made them."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from longhand.contracts.lexicons import MAX_CANDIDATES, Candidate
from longhand.contracts.readings import Reading

TOLERANCE = 0.01
"""By how much a confidence may differ: processors and engines round differently."""


class ReplayRequest(BaseModel):
    """What a reading was made with and is not kept."""

    model_config = ConfigDict(extra="forbid")

    candidates: list[Candidate] | None = Field(
        default=None,
        fail_fast=True,
        min_length=1,
        max_length=MAX_CANDIDATES,
        description="where candidates came with the picture: the same ones, in the same order",
    )


class Part(StrEnum):
    """What may differ of two readings of a picture."""

    TEXT = "text"
    DECISION = "decision"
    CONFIDENCE = "confidence"
    VOCABULARY = "vocabulary"


class Difference(BaseModel):
    """Something that the version answered otherwise before."""

    field: Part
    before: str | float
    now: str | float


class Replay(BaseModel):
    """A reading as the version that made it reads the picture now, and where that differs from what it read before.

    Confidences that differ by at most 0.01 count as the same. Vocabularies are not kept as they were: where the
    person's has changed since, the picture is read without one, and `vocabulary` is among the differences.
    """

    same: bool
    differences: list[Difference]
    reading: Reading


def compare(before: Reading, now: Reading) -> Replay:
    """What a replay comes to."""
    differences = []
    if before.text != now.text:
        differences.append(Difference(field=Part.TEXT, before=before.text, now=now.text))
    if before.decision != now.decision:
        differences.append(Difference(field=Part.DECISION, before=before.decision, now=now.decision))
    if abs(before.confidence - now.confidence) > TOLERANCE:
        differences.append(Difference(field=Part.CONFIDENCE, before=before.confidence, now=now.confidence))
    if before.vocabulary != now.vocabulary:
        differences.append(Difference(field=Part.VOCABULARY, before=before.vocabulary or "", now=now.vocabulary or ""))
    return Replay(same=not differences, differences=differences, reading=now)
