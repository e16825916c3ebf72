"""Whether a challenger does worse than the champion: a test that may be looked at after every reading.

A hash of its id gives a reading to the challenger with a known probability, `share`. If both versions were alike, an
outcome would be what it is whichever of them had read, so of any outcome the challenger has `share`. Against that stand
alternatives: the champion's readings turn out bad at a rate p0, the challenger's at a higher one, p1. A reading
multiplies the evidence for an alternative by

    f(outcome | who read) ÷ (share · f(outcome | challenger) + (1 - share) · f(outcome | champion)),

whose expectation over who reads is 1, whatever the outcome and however it depends on those before. So evidence is a
non-negative martingale, and so is its mean over a grid of alternatives: a sequential probability ratio test with a
mixture for the alternative. By Ville's inequality it ever reaches 1 / alpha with probability alpha at most, however
often it is looked at. It depends on four counts alone.

Robbins, "Statistical methods related to the law of the iterated logarithm" (1970), for mixtures; Johari, Pekelis and
Walsh, "Always valid inference" (arXiv 1512.04922), for A/B tests; Turner, Ly and Grünwald, "Generic E-variables for
exact sequential k-sample tests" (arXiv 2106.02693), for two samples; Lindon, Sanden and Shirikian, "Rapid regression
detection in software deployments through sequential testing" (arXiv 2205.14762), for canaries. The mean over several
measurements is valid however they depend on each other: Vovk and Wang, "E-values: calibration, combination and
applications" (arXiv 1912.06116).
"""

import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

RATES = (0.002, 0.01, 0.03, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9)
"""Of bad outcomes, as a champion may have them."""

ODDS = (1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 100.0)
"""How many times as high the odds of a bad outcome may be with the challenger."""

LARGEST = 700.0
"""The highest logarithm that is taken back: there is no doubt left long before."""


@dataclass(frozen=True)
class Outcomes:
    """How many readings of one version turned out bad, and how many good."""

    bad: int = 0
    good: int = 0

    @property
    def rate(self) -> float:
        """The share of bad ones; 0 where there are none at all."""
        return self.bad / max(1, self.bad + self.good)


@dataclass(frozen=True)
class Arms:
    """The outcomes of both versions, in one measurement.

    Where good outcomes cannot be counted, as for what may be corrected any time later, they are left at 0: then only
    who had the bad ones is evidence.
    """

    challenger: Outcomes = Outcomes()
    champion: Outcomes = Outcomes()


def weigh(arms: Arms, share: float) -> float:
    """Evidence that the challenger does worse: 1 says nothing, 100 that chance would lead there once in 100 tests.

    `share`, between 0 and 1, is the probability with which the challenger got a reading.
    """
    counts = (arms.challenger.bad, arms.challenger.good, arms.champion.bad, arms.champion.good)
    logs = _factors(share) @ np.array(counts, float)
    return math.exp(min(LARGEST, float(np.logaddexp.reduce(logs)) - math.log(len(logs))))


def combine(evidence: Collection[float]) -> float:
    """The evidence of several measurements together, which may depend on each other in any way."""
    return sum(evidence) / len(evidence)


@lru_cache(maxsize=64)
def _factors(share: float) -> NDArray[np.float64]:
    """By alternative, the logarithms of the factors of a bad and good outcome of the challenger, then the champion."""
    rates, odds = (grid.ravel() for grid in np.meshgrid(RATES, ODDS))
    worse = odds * rates / (1 - rates + odds * rates)
    bad = share * worse + (1 - share) * rates
    factors = (worse / bad, (1 - worse) / (1 - bad), rates / bad, (1 - rates) / (1 - bad))
    logs: NDArray[np.float64] = np.log(np.stack(factors, axis=1))
    return logs
