"""Confidence that means what it says.

Temperature: Guo et al., On Calibration of Modern Neural Networks, 2017. Threshold: binomial tests of a family of
thresholds that together are wrong as seldom as promised, as in Angelopoulos et al., Learn then Test, 2021.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

NEVER = 2.0
"""A threshold that no confidence reaches: everything goes to review."""

SHARES = 20
"""A threshold is sought among those that accept 1/20, 2/20 … of the readings."""

TEMPERATURES = tuple(float(t) for t in np.geomspace(0.6, 3.0, 12))
Doubles = NDArray[np.float64]
Counts = NDArray[np.int64]


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
    """The lowest of SHARES thresholds that accepts few enough wrong readings for at most `promised_error` of all that
    it will accept to be wrong; NEVER where no set of readings is large and right enough."""
    order = np.argsort(-confidences, kind="stable")
    falling = -confidences[order]
    shares = np.ceil(len(order) * np.arange(1, SHARES + 1) / SHARES).astype(np.int64)
    accepted = np.unique(np.searchsorted(falling, falling[shares - 1], side="right"))
    wrong = np.cumsum(~right[order])[accepted - 1]
    kept = accepted[wrong <= _allowed(accepted, promised_error, 1 - certainty)]
    return float(-falling[kept[-1] - 1]) if len(kept) else NEVER


def _allowed(accepted: Counts, error: float, risk: float) -> Counts:
    """How many wrong readings each number of accepted ones may have, -1 for none at all, so that where the true
    error rate is `error`, the chance that any of them has so few is at most `risk`."""
    low, high = risk / len(accepted), risk
    for _ in range(20):
        level = float(np.sqrt(low * high))
        low, high = (level, high) if _chance(accepted, _fewest(level, accepted, error), error) <= risk else (low, level)
    return _fewest(low, accepted, error)


def _fewest(level: float, accepted: Counts, error: float) -> Counts:
    """The largest numbers of wrong readings that occur with a chance of less than `level`."""
    return np.asarray(binom.ppf(level, accepted, error) - 1, np.int64)


def _chance(accepted: Counts, allowed: Counts, error: float) -> float:
    """The chance that the wrong are ever as few as allowed, where each reading is wrong with chance `error`."""
    numbers = np.arange(max(1, int(allowed.max()) + 1))
    among = (numbers == 0).astype(np.float64)
    passed = 0.0
    for step, most in zip(np.diff(accepted, prepend=0), allowed, strict=True):
        among = np.convolve(among, binom.pmf(numbers, step, error))[: len(numbers)]
        passed += float(among[: most + 1].sum())
        among[: most + 1] = 0
    return passed


def expected_calibration_error(confidences: Doubles, right: NDArray[np.bool_], bins: int = 15) -> float:
    """The mean gap between confidence and accuracy over bins of equal mass, in 0..1."""
    order = np.argsort(confidences)
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [len(part) * abs(float(confidences[part].mean()) - float(right[part].mean())) for part in parts]
    return sum(gaps) / len(order)


def _log_loss(confidences: Doubles, right: NDArray[np.bool_]) -> float:
    sure = np.clip(confidences, 1e-6, 1 - 1e-6)
    return float(-np.where(right, np.log(sure), np.log(1 - sure)).mean())
