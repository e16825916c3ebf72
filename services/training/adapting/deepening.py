"""The second step of an adaptation: what the network takes beside each picture of a person.

It needs Keras, and a minute rather than seconds, so it has a process of its own.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from longhand.handwriting.alphabet import normalise
from longhand.learning.shifting import ShiftLearner, Written
from services.training.adapting.fitting import ENOUGH, SHARES, Fitting, Shown


class Deepening:
    """A version whose network learns the shifts of one person after the other; for one thread."""

    def __init__(self, bundle: Path) -> None:
        self._learner = ShiftLearner(bundle)

    def fittings(self, fitting: Fitting, shown: Sequence[Shown]) -> Iterator[Fitting]:
        """The fitting with the shifts that a person's pictures teach: with all of them, then with less and less of
        them."""
        lessons, others = (_write(fitting, some) for some in (shown, fitting.pulling))
        shifts = self._learner.learn(lessons, others) if len(lessons) >= ENOUGH else None
        if shifts is None:
            return
        for share in SHARES:
            yield fitting.shift((np.float32(share) * shifts).astype(np.float16), len(shown))


def _write(fitting: Fitting, shown: Sequence[Shown]) -> list[Written]:
    """Those whose text the model can write."""
    texts = [(one, normalise(one.text)) for one in shown]
    return [Written(one.prepared.pixels, text) for one, text in texts if text and fitting.can_write(text)]
