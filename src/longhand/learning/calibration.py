"""Confidence that means what it says.

Temperature: Guo et al., On Calibration of Modern Neural Networks, 2017. Threshold: fixed-sequence testing of
binomial bounds, as in Angelopoulos et al., Learn then Test, 2021.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

NEVER = 2.0
"""A threshold that no confidence reaches: everything goes to review."""

TEMPERATURES = tuple(float(t) for t in np.geomspace(0.6, 3.0, 12))
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """`temperature` divides the logits; readings from confidence `threshold` on are accepted, `coverage` of them
    all, so that at most `promised_error` of the accepted are wrong, with 95 % certainty."""

    temperature: float
    threshold: float
    coverage: float
    promised_error: float
    pictures: int


def calibrate(
    read: Callable[[float], tuple[Sequence[float], Sequence[bool]]], promised_error: float = 0.02
) -> Calibration:
    """Choose the temperature whose confidences predict best what is right (log loss), then the threshold.

    `read(temperature)` gives each picture's confidence in 0..1 and whether its text was right.
    """
    temperature = min(TEMPERATURES, key=lambda t: _log_loss(*map(np.asarray, read(t))))
    confidences, right = map(np.asarray, read(temperature))
    threshold = choose_threshold(confidences, right, promised_error)
    return Calibration(temperature, threshold, float((confidences >= threshold).mean()), promised_error, len(right))


def choose_threshold(
    confidences: Doubles, right: NDArray[np.bool_], promised_error: float, certainty: float = 0.95
) -> float:
    """The lowest threshold reached, going down from the surest reading, before the upper bound of the error rate
    among the accepted exceeds what is promised; NEVER where no set of readings is large and right enough."""
    order = np.argsort(-confidences, kind="stable")
    wrong = np.cumsum(~right[order])
    accepted = np.arange(1, len(order) + 1)
    bound = beta.ppf(certainty, wrong + 1, accepted - wrong)
    bound = np.where(accepted == wrong, 1.0, bound)
    enough = accepted >= np.ceil(np.log(1 - certainty) / np.log(1 - promised_error))
    kept = enough & (bound <= promised_error)
    if not kept.any():
        return NEVER
    first = int(np.argmax(kept))
    failed = np.flatnonzero(~kept[first:])
    last = first + int(failed[0]) - 1 if len(failed) else len(order) - 1
    return float(confidences[order[last]])


def expected_calibration_error(confidences: Doubles, right: NDArray[np.bool_], bins: int = 15) -> float:
    """The mean gap between confidence and accuracy over bins of equal mass, in 0..1."""
    order = np.argsort(confidences)
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [len(part) * abs(float(confidences[part].mean()) - float(right[part].mean())) for part in parts]
    return sum(gaps) / len(order)


def _log_loss(confidences: Doubles, right: NDArray[np.bool_]) -> float:
    sure = np.clip(confidences, 1e-6, 1 - 1e-6)
    return float(-np.where(right, np.log(sure), np.log(1 - sure)).mean())
