"""Whether confidence means what it says: the bins of a reliability diagram.

Murphy and Winkler, Reliability of Subjective Probability Forecasts of Precipitation and Temperature, 1977; for networks
Guo et al., On Calibration of Modern Neural Networks, 2017.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Readings with a confidence from `low` to below `high`, 1 among the last: their mean confidence, the share of them
    that is right, and how many they are."""

    low: float
    high: float
    confidence: float
    right: float
    pictures: int


def sort_into_bins(confidences: Sequence[float], right: Sequence[bool], bins: int = BINS) -> tuple[Bin, ...]:
    """Bins of equal width over 0..1, rising; those without a reading are left out.

    Equal in width, not in number, so that the bins of two models stand for the same confidences.
    """
    sure, true = np.array(confidences, np.float64), np.array(right, np.bool_)
    places = np.digitize(sure, np.linspace(0, 1, bins + 1)[1:-1])
    return tuple(_gather(int(place), bins, sure[places == place], true[places == place]) for place in np.unique(places))


def _gather(place: int, bins: int, sure: NDArray[np.float64], true: NDArray[np.bool_]) -> Bin:
    return Bin(place / bins, (place + 1) / bins, float(sure.mean()), float(true.mean()), len(sure))
