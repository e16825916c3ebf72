"""Canaries as they could go, by the thousand: readings by chance, both versions with given rates of bad outcomes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from longhand.comparison.canary import Measurement, Tally, assess
from longhand.comparison.sequential import Arms, Outcomes

Rates = Mapping[Measurement, float]
ALIKE: Rates = {
    Measurement.ERRORS: 0.002,
    Measurement.LATENCY: 0.05,
    Measurement.CONFIDENCE: 0.2,
    Measurement.CORRECTIONS: 0.05,
}


@dataclass(frozen=True)
class Trials:
    """After how many readings each canary was withdrawn; 0 for those that never were."""

    stops: Sequence[int]

    def withdrawn(self, within: int | None = None) -> float:
        """The share that was withdrawn, within so many readings."""
        return sum(0 < stop <= (within or stop) for stop in self.stops) / len(self.stops)


def simulate(
    seed: int, runs: int, readings: int, share: float, challenger: Rates, champion: Rates, every: int
) -> Trials:
    """Canaries of at most so many readings, looked at after each `every` of them.

    The outcomes of a reading depend on one another, as a hard picture is slow, unsure and corrected. The difficulty of
    pictures changes in the course of a canary.
    """
    random = np.random.default_rng(seed)
    return Trials([_run(random, readings, share, challenger, champion, every) for _ in range(runs)])


def _run(
    random: np.random.Generator, readings: int, share: float, challenger: Rates, champion: Rates, every: int
) -> int:
    mine = random.random(readings) < share
    # A swing of the difficulty over the canary, as of a morning's forms and an evening's letters.
    drift = 1 + 0.5 * np.sin(np.arange(readings) / readings * 2 * np.pi * random.integers(1, 4))
    common = random.random(readings)
    bad = {}
    for one in Measurement:
        draw = np.where(random.random(readings) < 0.5, common, random.random(readings))
        bad[one] = draw < np.where(mine, challenger[one], champion[one]) * drift
    for stop in range(every, readings + 1, every):
        seen = slice(stop)
        outcomes = {one: _arms(bad[one][seen], mine[seen], one) for one in Measurement}
        if assess(Tally(int(mine[seen].sum()), int((~mine[seen]).sum()), outcomes), share).worse:
            return stop
    return 0


def _arms(bad: np.ndarray, mine: np.ndarray, measurement: Measurement) -> Arms:
    counts = [(int((bad & arm).sum()), int((~bad & arm).sum())) for arm in (mine, ~mine)]
    if measurement is Measurement.CORRECTIONS:
        counts = [(wrong, 0) for wrong, _ in counts]
    return Arms(*(Outcomes(*count) for count in counts))
