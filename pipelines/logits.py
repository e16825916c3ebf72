"""What a network answers to prepared pictures, and what a recogniser makes of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from longhand.handwriting.ctc.lexicon import Lexicon
from longhand.handwriting.preprocessing import Prepared
from longhand.handwriting.terms import Terms
from longhand.handwriting.transcription import Transcription
from longhand.inference import Recogniser
from longhand.inference.base import Logits
from longhand.learning.prepared import Item, PreparedSet

BATCH = 32


@dataclass(frozen=True)
class Answer:
    """A picture with the network's raw answer."""

    item: Item
    prepared: Prepared
    logits: Logits


def answer(recogniser: Recogniser, data: PreparedSet, items: Sequence[Item]) -> Iterator[Answer]:
    """The raw answers to prepared pictures, read in batches of about the same width."""
    ordered = sorted(items, key=lambda item: item.width)
    for start in range(0, len(ordered), BATCH):
        batch = ordered[start : start + BATCH]
        prepared = [Prepared(data.pixels(i), (0, 0, i.width, i.height), (1.0, 1.0)) for i in batch]
        yield from map(Answer, batch, prepared, recogniser.logits(prepared))


def interpret(
    recogniser: Recogniser, answers: Sequence[Answer], charset: str = "full", lexicon: Lexicon | None = None
) -> list[Transcription]:
    """The readings that answers mean, in their order."""
    readings: list[Transcription] = []
    for start in range(0, len(answers), BATCH):
        batch = answers[start : start + BATCH]
        logits, prepared = [a.logits for a in batch], [a.prepared for a in batch]
        readings += recogniser.interpret_all(logits, prepared, Terms(charset, lexicon))
    return readings
