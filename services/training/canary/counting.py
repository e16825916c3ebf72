"""Readings are counted by the version that had them: what the sequential test is given."""

import statistics
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence

from longhand.comparison.canary import Measurement, Tally
from longhand.comparison.sequential import Arms, Outcomes
from longhand.contracts.canaries import Canary
from services.training.canary.pairs import Pair, pair
from services.training.canary.traffic import Observed

FEWEST = 50
"""How many readings of the champion say what is slow."""

SLOWER = 1.25
"""By what a reading must be slower than nine tenths of the champion's to count as slow."""

PAIRS = 500
"""How many of the last readings decide in the shadow."""


def find_slow(before: Sequence[Observed]) -> float | None:
    """From which time in milliseconds a reading is slow, by the champion's earlier ones; None where these are few."""
    if len(before) < FEWEST:
        return None
    return SLOWER * statistics.quantiles([one.elapsed_ms for one in before], n=10)[-1]


class Count:
    """A canary's readings so far, oldest first; `cursor` is the number of the last.

    Readings count from the first that the challenger had: before it, prediction had not loaded it. Where no earlier
    readings say what is slow, the champion's first ones of the canary do, and the readings after them are measured.
    """

    def __init__(self, canary: Canary, after: int, slow_ms: float | None) -> None:
        self.cursor, self.slow_ms = after, slow_ms
        self.pairs: deque[Pair] = deque(maxlen=PAIRS)
        self._canary, self._begun = canary, False
        self._readings: Counter[bool] = Counter()
        self._outcomes: Counter[tuple[Measurement, bool, bool]] = Counter()
        self._first: list[Observed] = []

    def add(self, observed: Iterable[Observed]) -> None:
        """Counts readings, which come after those before."""
        for one in observed:
            self.cursor = one.number
            if compared := pair(one, self._canary):
                self.pairs.append(compared)
            mine = _is_challengers(one, self._canary)
            self._begun = self._begun or mine is True
            if self._begun and mine is not None:
                self._count(one, mine)

    def tally(self, corrected: Mapping[int, int]) -> Tally:
        """The counts, with the readings of each version that have been corrected."""
        outcomes = {one: Arms(*(self._arm(one, mine) for mine in (True, False))) for one in Measurement}
        counted = (corrected.get(version, 0) for version in (self._canary.version, self._canary.champion))
        outcomes[Measurement.CORRECTIONS] = Arms(*(Outcomes(bad) for bad in counted))
        return Tally(self._readings[True], self._readings[False], outcomes)

    def _count(self, one: Observed, mine: bool) -> None:
        self._readings[mine] += 1
        for measurement, bad in self._judge(one):
            self._outcomes[measurement, mine, bad] += 1
        if self.slow_ms is None and not mine:
            self._first.append(one)
            self.slow_ms = find_slow(self._first)

    def _judge(self, one: Observed) -> Iterator[tuple[Measurement, bool]]:
        failed = one.trial.failure is not None
        yield Measurement.ERRORS, failed
        yield Measurement.CONFIDENCE, failed or not one.accepted
        if self.slow_ms is not None:
            yield Measurement.LATENCY, one.elapsed_ms > self.slow_ms

    def _arm(self, measurement: Measurement, mine: bool) -> Outcomes:
        return Outcomes(*(self._outcomes[measurement, mine, bad] for bad in (True, False)))


def _is_challengers(one: Observed, canary: Canary) -> bool | None:
    """Whether the challenger got this reading, also where it failed; None where a person's own version answered."""
    version = one.trial.failure.version if one.trial.failure else one.version
    return {canary.version: True, canary.champion: False}.get(version)
