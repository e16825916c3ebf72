"""How sure a difference is: intervals by the paired bootstrap, and tests by exchanging the two models' answers.

Both draw whole units, so that what one writer has in common counts once. The bootstrap of differences in error rates is
that of Bisani and Ney, Bootstrap Estimates for Confidence Intervals in ASR Performance Evaluation, 2004. A percentile
interval of few units is too short by what normal and t distribution differ; it is expanded as in Hesterberg, What
Teachers Should Know About the Bootstrap, The American Statistician 69, 2015, section 3.2. Exchanging answers at random
is the approximate randomisation of Noreen, Computer Intensive Methods for Testing Hypotheses, 1989. Its p-value, with
one added above and below, holds for any number of draws: Phipson and Smyth, Permutation P-values Should Never Be Zero,
2010.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, t

from longhand.comparison.pairs import Units

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """Bounds of a difference: it lies above `low` with the level's certainty, and below `high` with the same."""

    low: float
    high: float


def resample(units: Units, draws: int, random: np.random.Generator) -> Doubles:
    """The difference of error rates in so many samples of as many units, drawn with replacement.

    Units that are alike are drawn together, as a multinomial number of them: the same distribution in less time.
    """
    rows, counts = np.unique(np.stack([units.lengths, units.more], axis=1), axis=0, return_counts=True)
    drawn = random.multinomial(counts.sum(), counts / counts.sum(), size=draws)
    lengths, more = (drawn @ rows).T
    return np.asarray(more / np.maximum(lengths, 1), np.float64)


def bound(differences: Doubles, units: int, level: float) -> Interval:
    """The expanded percentile interval of resampled differences; `level` in 0..1 is the risk on each side."""
    tail = float(norm.cdf(np.sqrt(units / (units - 1)) * t.ppf(level, units - 1))) if units > 1 else 0.0
    low, high = np.quantile(differences, (tail, 1 - tail))
    return Interval(float(low), float(high))


def exchange(units: Units, draws: int, random: np.random.Generator) -> tuple[float, float]:
    """How often models that differ by name alone would come out so far apart: the p-value of the challenger being
    better, and that of its being worse.

    In each draw the two models' answers change places in every unit with probability ½. The test is exact whatever the
    sizes of the units, as long as the models are alike.
    """
    sizes, counts = np.unique(np.abs(units.more), return_counts=True)
    kept = random.binomial(counts, 0.5, size=(draws, len(counts)))
    drawn, seen = (2 * kept - counts) @ sizes, units.more.sum()
    better, worse = int((drawn <= seen).sum()), int((drawn >= seen).sum())
    return (1 + better) / (1 + draws), (1 + worse) / (1 + draws)


def adjust(values: list[float]) -> list[float]:
    """p-values of several tests so that any of them falls below a level by accident no more often than one alone.

    Holm, A Simple Sequentially Rejective Multiple Test Procedure, 1979.
    """
    adjusted, most = [0.0] * len(values), 0.0
    for place, index in enumerate(sorted(range(len(values)), key=lambda index: values[index])):
        most = max(most, min(1.0, (len(values) - place) * values[index]))
        adjusted[index] = most
    return adjusted
