"""Whether a challenger that serves a share of the readings, or reads in the shadow, is to be withdrawn.

Four measurements are weighed (`comparison.sequential`) and combined by their mean, so that a challenger which is as
good as the champion is withdrawn with probability `ALPHA` at most, over a whole canary. Evidence for a difference too
small to matter withdraws nobody: below its margin a measurement says nothing against the challenger.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from longhand.comparison.sequential import Arms, Outcomes, combine, weigh

ALPHA = 0.05
"""The probability with which a challenger that is as good is withdrawn."""

PAIRED = 0.5
"""The share in the shadow: of two versions that read one picture, either may be the one that fails."""


class Measurement(StrEnum):
    """What is measured of a reading; the bad outcome of each."""

    ERRORS = "errors"
    """The version could not read the picture, and the other one answered."""
    LATENCY = "latency"
    """The reading took longer than a limit that the champion's earlier readings set."""
    CONFIDENCE = "confidence"
    """The reading was not accepted, so that a person has to look."""
    CORRECTIONS = "corrections"
    """A person whose corrections are trusted corrected the text."""


MARGINS: Mapping[Measurement, float] = {
    Measurement.ERRORS: 0.005,
    Measurement.LATENCY: 0.05,
    Measurement.CONFIDENCE: 0.02,
    Measurement.CORRECTIONS: 0.01,
}
"""By how much the share of bad outcomes may be higher, as a share of the readings."""


@dataclass(frozen=True)
class Tally:
    """What was counted: the readings of both versions, and their outcomes by measurement.

    In the shadow the outcomes are those on which the two differ: bad for one of them alone.
    """

    challenger: int
    champion: int
    outcomes: Mapping[Measurement, Arms]


@dataclass(frozen=True)
class Weighed:
    """A measurement: both shares of bad outcomes, 0..1, and the evidence that the challenger's is higher."""

    measurement: Measurement
    challenger: float
    champion: float
    evidence: float


@dataclass(frozen=True)
class Assessment:
    """The four measurements, and their evidence together."""

    weighed: tuple[Weighed, ...]
    evidence: float

    @property
    def worse(self) -> bool:
        """Whether the challenger is to be withdrawn."""
        return self.evidence >= 1 / ALPHA

    @property
    def worst(self) -> Weighed:
        """The measurement that says most against the challenger."""
        return max(self.weighed, key=lambda one: one.evidence)


def assess(tally: Tally, share: float) -> Assessment:
    """What the counts say; `share` is that of the challenger, and `PAIRED` in the shadow."""
    weighed = tuple(_weigh(one, tally, share) for one in Measurement)
    return Assessment(weighed, combine([one.evidence for one in weighed]))


def _weigh(measurement: Measurement, tally: Tally, share: float) -> Weighed:
    arms = tally.outcomes.get(measurement, Arms())
    challenger, champion = _rate(arms.challenger, tally.challenger), _rate(arms.champion, tally.champion)
    evidence = weigh(arms, share)
    if challenger - champion <= MARGINS[measurement]:
        evidence = min(1.0, evidence)
    return Weighed(measurement, challenger, champion, evidence)


def _rate(outcomes: Outcomes, readings: int) -> float:
    """The share of bad outcomes; among the readings where good ones are not counted."""
    return outcomes.rate if outcomes.good else outcomes.bad / max(1, readings, outcomes.bad)
