"""Confidence that means what it says.

Temperature: Guo et al., On Calibration of Modern Neural Networks, 2017. Threshold: Angelopoulos et al., Learn then
Test: Calibrating Predictive Algorithms to Achieve Risk Control, 2021.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

NEVER = 2.0
"""A threshold that no confidence reaches: everything goes to review."""

FIRST = 5
"""The first threshold that is tested accepts one reading in so many."""

STEPS = 40
"""How many thresholds are tested at most."""

TEMPERATURES = tuple(float(t) for t in np.geomspace(0.5, 3.0, 25))
_APART = 4
_SURE = 1e-6
Doubles = NDArray[np.float64]


def choose_temperature(read: Callable[[float], tuple[Doubles, NDArray[np.bool_]]]) -> float:
    """The temperature, by which logits are divided, whose confidences predict best what is right, in log loss.

    `read(temperature)` gives each picture's confidence in 0..1 and whether its text was right. Every fourth temperature
    is tried, then those around the best of them.
    """

    def loss(place: int) -> float:
        return _log_loss(*read(TEMPERATURES[place]))

    near = min(range(0, len(TEMPERATURES), _APART), key=loss)
    around = range(max(0, near - _APART + 1), min(len(TEMPERATURES), near + _APART))
    return TEMPERATURES[min(around, key=loss)]


def choose_line(confidences: Doubles, right: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and offset of the line that log odds of confidences follow where they predict best what is right, in log
    loss (Platt, Probabilistic Outputs for Support Vector Machines, 1999); 1 and 0 where nothing tells of one."""
    from sklearn.linear_model import LogisticRegression

    if right.all() or not right.any():
        return 1.0, 0.0
    sure = np.clip(confidences, _SURE, 1 - _SURE)
    found = LogisticRegression(C=1e4).fit(np.log(sure / (1 - sure))[:, None], right)
    slope, offset = float(found.coef_[0, 0]), float(found.intercept_[0])
    return (slope, offset) if slope > 0 else (1.0, 0.0)


def choose_odds(evidence: Doubles, right: NDArray[np.bool_], weights: Doubles) -> list[float]:
    """The weight of each column of evidence (pictures, columns), 0 at least, and an offset: together the log odds that
    something is right, by logistic regression. The first column alone where nothing is wrong or nothing right."""
    from sklearn.linear_model import LogisticRegression

    alone = [1.0, *(0.0,) * evidence.shape[1]]
    if right.all() or not right.any():
        return alone
    kept = list(range(evidence.shape[1]))
    while kept:
        found = LogisticRegression(max_iter=1000).fit(evidence[:, kept], right, weights / weights.mean())
        if (found.coef_[0] >= 0).all():
            columns = dict(zip(kept, found.coef_[0].tolist(), strict=True))
            return [*(columns.get(column, 0.0) for column in range(evidence.shape[1])), float(found.intercept_[0])]
        kept.pop(int(np.argmin(found.coef_[0])))
    return alone


def choose_threshold(
    confidences: Doubles, right: NDArray[np.bool_], promised_error: float, certainty: float = 0.95
) -> float:
    """The lowest threshold whose accepted readings are wrong at most as often as promised, with `certainty`; NEVER
    where the readings do not show it of any.

    Fixed-sequence testing: thresholds that accept a fifth of the readings, then ever more, are tested in this order,
    each by the binomial probability of so few wrong ones where the promise is only just broken, up to the first that
    fails.
    """
    risk = 1 - certainty
    order = np.argsort(-confidences, kind="stable")
    falling = -confidences[order]
    fewest = max(int(np.ceil(np.log(risk) / np.log1p(-promised_error))), -(-len(order) // FIRST))
    if fewest > len(order):
        return NEVER
    shares = np.unique(np.linspace(fewest, len(order), STEPS).astype(np.int64))
    accepted = np.unique(np.searchsorted(falling, falling[shares - 1], side="right"))
    wrong = np.cumsum(~right[order])[accepted - 1]
    failed = binom.cdf(wrong, accepted, promised_error) > risk
    passed = int(np.argmax(failed)) if failed.any() else len(failed)
    return float(-falling[accepted[passed - 1] - 1]) if passed else NEVER


def expected_calibration_error(confidences: Doubles, right: NDArray[np.bool_], bins: int = 15) -> float:
    """The mean gap between confidence and accuracy over bins of equal mass, in 0..1."""
    order = np.argsort(confidences)
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [len(part) * abs(float(confidences[part].mean()) - float(right[part].mean())) for part in parts]
    return sum(gaps) / len(order)


def _log_loss(confidences: Doubles, right: NDArray[np.bool_]) -> float:
    sure = np.clip(confidences, _SURE, 1 - _SURE)
    return float(-np.where(right, np.log(sure), np.log(1 - sure)).mean())
