"""Pictures whose label is probably wrong, for a person to judge.

A label is suspicious where the text of another picture is read surely and hardly a letter of the label is: labels slip
by a row now and then. What the network merely reads otherwise is not, or its own mistakes would be taken for others'.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

from rapidfuzz.distance import Levenshtein

from longhand.datasets.judged import find_written
from longhand.handwriting.transcription import Transcription
from pipelines.lines import Suspicion
from pipelines.logits import Answer

SURE, OTHER = 0.5, 0.5
"""The least confidence of the reading, and the least share of letters in which the label differs from it."""


class Labelled(Protocol):
    """A picture of a set, with its label."""

    @property
    def set(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def text(self) -> str: ...


def is_suspicious(read: str, confidence: float, label: str, texts: Collection[str]) -> bool:
    """Whether a label is probably another picture's; `texts` are those of all pictures, and this one was `read` without
    a lexicon."""
    return confidence > SURE and read in texts and Levenshtein.normalized_distance(read, label) > OTHER


def is_doubtful(sample: Labelled, read: str, confidence: float, texts: Collection[str]) -> bool:
    """Whether a label is suspicious, or was judged to be wrong."""
    found = is_suspicious(read, confidence, sample.text, texts)
    return found or find_written(sample.set, sample.name, sample.text) != sample.text


def list_suspicious(
    answers: Sequence[Answer], readings: Sequence[Transcription], suspicious: Sequence[bool]
) -> Iterator[Suspicion]:
    """The labels of some pictures that are marked as suspicious, with what was read instead."""
    for one, reading, marked in zip(answers, readings, suspicious, strict=True):
        if marked:
            item, confidence = one.item, round(reading.confidence, 4)
            yield Suspicion(set=item.set, name=item.name, text=item.text, read=reading.text, confidence=confidence)
