"""Networks with their answers to hands that they have never seen: on these it is chosen how they are to be read."""

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


@dataclass(frozen=True)
class Panel:
    """A network with its answers to pictures of hands that it has never seen."""

    recogniser: Recogniser
    answers: Sequence[Answer]

    def read(self, lexicon: Lexicon | None = None, **changes: Any) -> list[Transcription]:
        """What the answers mean with other values in the card."""
        with self._changed(**changes):
            return interpret(self.recogniser, self.answers, lexicon=lexicon)

    def judge(self, **changes: Any) -> tuple[list[float], list[bool]]:
        """The confidence of each reading, and whether it is right, with other values in the card."""
        readings = self.read(**changes)
        right = [reading.text == one.item.text for reading, one in zip(readings, self.answers, strict=True)]
        return [reading.confidence for reading in readings], right

    def change(self, **changes: Any) -> None:
        """Put values into the card."""
        self.recogniser.card = replace(self.recogniser.card, **changes)

    @contextmanager
    def _changed(self, **changes: Any) -> Iterator[None]:
        card = self.recogniser.card
        self.change(**changes)
        yield
        self.recogniser.card = card


def judge_all(panels: Sequence[Panel], **changes: Any) -> tuple[Doubles, NDArray[np.bool_]]:
    """What `judge` says of every panel's answers, in their order."""
    judged = [panel.judge(**changes) for panel in panels]
    confidences, right = (np.concatenate(values) for values in zip(*judged, strict=True))
    return confidences, right.astype(np.bool_)


def temper(panels: Sequence[Panel]) -> None:
    """Put the temperature that fits all the answers into every card: what is chosen on all holds for one only where
    their confidences are of one kind."""
    temperature = choose_temperature(lambda t: judge_all(panels, temperature=t))
    for panel in panels:
        panel.change(temperature=temperature)
