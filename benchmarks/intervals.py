"""How far a figure may be from what other hands would give."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein
from scipy.stats import beta

from longhand.handwriting.alphabet import normalise

Interval = tuple[float, float]
FEWEST = 10
"""Where there are fewer groups than this, pictures are resampled instead."""

_ROUNDS, _AT_ONCE, _LEVEL = 2000, 50, 0.95


def bootstrap(groups: Sequence[str], above: Sequence[float], below: Sequence[float], seed: int = 0) -> Interval:
    """The 95 % percentile interval of Σ above ÷ Σ below, with whole groups resampled
    (Efron and Tibshirani, An Introduction to the Bootstrap, 1993)."""
    _, places = np.unique(groups, return_inverse=True)
    sums = np.stack([np.bincount(places, part) for part in (above, below)], axis=1)
    random, count = np.random.default_rng(seed), len(sums)
    drawn = [random.multinomial(count, [1 / count] * count, _AT_ONCE) @ sums for _ in range(_ROUNDS // _AT_ONCE)]
    ratios = np.concatenate([part[:, 0] / np.maximum(part[:, 1], 1) for part in drawn])
    low, high = np.quantile(ratios, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return float(low), float(high)


def choose_unit(groups: Sequence[str], unit: str) -> tuple[str, list[str]]:
    """What is resampled, and the group of every picture: the groups, or where these are too few, the pictures."""
    if len(set(groups)) >= FEWEST:
        return unit, list(groups)
    return "picture", [str(place) for place in range(len(groups))]


def binomial(hits: int, count: int) -> Interval:
    """The 95 % interval of a share (Clopper and Pearson, 1934)."""
    tail = (1 - _LEVEL) / 2
    low = float(beta.ppf(tail, hits, count - hits + 1)) if hits else 0.0
    high = float(beta.ppf(1 - tail, hits + 1, count - hits)) if hits < count else 1.0
    return low, high


def count_edits(truths: Sequence[str], readings: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The edits between each truth and its reading, and the characters of each truth, after normalisation."""
    pairs = [(normalise(t), normalise(r)) for t, r in zip(truths, readings, strict=True)]
    edits = np.array([Levenshtein.distance(t, r) for t, r in pairs], np.int64)
    return edits, np.array([len(t) for t, _ in pairs], np.int64)
