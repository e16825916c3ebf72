"""How many pixels have each of the 256 levels of gray."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Levels:
    """`counts` are the pixels of each level, whole numbers; `below` are those of a level and of all below it."""

    counts: Doubles

    @cached_property
    def below(self) -> Doubles:
        """How many are at most at each level."""
        return np.asarray(np.cumsum(self.counts), np.float64)

    @property
    def total(self) -> float:
        """How many there are."""
        return float(self.below[-1])

    @property
    def median(self) -> float:
        """The level in the middle; the mean of two where the number is even."""
        half = self.below[-1] / 2
        return float(self.below.searchsorted(half, "left") + self.below.searchsorted(half, "right")) / 2

    @property
    def highest(self) -> int:
        """The highest level that a pixel has."""
        return int(self.below.searchsorted(self.below[-1]))

    def find_highest(self, few: float) -> int:
        """The highest level that at least so many have or exceed, or 0."""
        return 255 - int(self.counts[::-1].cumsum().searchsorted(few))

    def above(self, level: int) -> "Levels":
        """Those that are above a level."""
        counts = self.counts.copy()
        counts[: level + 1] = 0
        return Levels(counts)


def count_levels(gray: Gray) -> Levels:
    """The levels of a picture."""
    return Levels(np.asarray(cv2.calcHist([gray], [0], None, [256], [0, 256]), np.float64).ravel())
