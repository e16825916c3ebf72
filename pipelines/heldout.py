"""Held-out sets: pictures of writers that a network has not seen, with its cached logits, for calibration."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.ctc.lexicon import Lexicon
from longhand.handwriting.transcription import Transcription
from longhand.inference import Recogniser
from longhand.learning.calibration import Doubles, choose_temperature
from pipelines.logits import Answer, interpret

LARGE = 400
"""A set of so many pictures must keep a promise by itself; smaller ones keep it together with all others."""


@dataclass(frozen=True)
class HeldOutSet:
    """A network with its logits for pictures of writers that it has not seen."""

    recogniser: Recogniser
    answers: Sequence[Answer]

    def read(self, lexicon: Lexicon | None = None, **changes: Any) -> list[Transcription]:
        """The readings of all pictures, with other values in the card."""
        with self._changed(**changes):
            return interpret(self.recogniser, self.answers, lexicon=lexicon)

    def judge(self, **changes: Any) -> tuple[list[float], list[bool]]:
        """The confidence of each reading, and whether it is right, with other values in the card."""
        readings = self.read(**changes)
        right = [reading.text == one.item.text for reading, one in zip(readings, self.answers, strict=True)]
        return [reading.confidence for reading in readings], right

    def change(self, **changes: Any) -> None:
        """Puts values into the card."""
        self.recogniser.card = replace(self.recogniser.card, **changes)

    @contextmanager
    def _changed(self, **changes: Any) -> Iterator[None]:
        card = self.recogniser.card
        self.change(**changes)
        yield
        self.recogniser.card = card


def judge_all(held_out: Sequence[HeldOutSet], **changes: Any) -> tuple[Doubles, NDArray[np.bool_]]:
    """`judge` for several held-out sets, one after the other."""
    judged = [one_set.judge(**changes) for one_set in held_out]
    confidences, right = (np.concatenate(values) for values in zip(*judged, strict=True))
    return confidences, right.astype(np.bool_)


def temper(held_out: Sequence[HeldOutSet]) -> None:
    """Puts the temperature that fits all sets together into every card: a threshold that is chosen on all of them holds
    for one network only where their confidences mean the same.
    """
    temperature = choose_temperature(lambda t: judge_all(held_out, temperature=t))
    for one_set in held_out:
        one_set.change(temperature=temperature)
