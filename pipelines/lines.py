"""What the stages write about each picture, a line of JSON each."""

from typing import NotRequired, TypedDict


class Line(TypedDict):
    """A picture as `ingest` writes it: where its bytes lie in `pictures.bin`, or why it cannot be had."""

    set: str
    name: str
    text: str
    group: str
    split: str
    offset: NotRequired[int]
    size: NotRequired[int]
    sha256: NotRequired[str]
    error: NotRequired[str]


class Prediction(TypedDict):
    """A picture with what was read in it, as `evaluate` writes it; confidence in 0..1."""

    set: str
    name: str
    group: str
    text: str
    read: str
    confidence: float
    accepted: bool
    suspicious: NotRequired[bool]


class Suspicion(TypedDict):
    """A picture whose label is probably wrong, with what was read instead."""

    set: str
    name: str
    text: str
    read: str
    confidence: float
