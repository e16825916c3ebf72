"""Pictures that two models have read, and the units in which they are resampled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Unit = Literal["group", "picture"]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Pair:
    """A picture that champion and challenger have read: the `length` of its true text in characters, and the edits
    that lead from each model's reading to it.

    `group` is what must not be split: its writer, else its document, else the picture itself. `slices` names the kinds
    of pictures that it belongs to.
    """

    picture: str
    group: str
    length: int
    champion: int
    challenger: int
    slices: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Units:
    """What is drawn as a whole: for each its true characters, and how many edits more the challenger needs."""

    by: Unit
    lengths: Counts
    more: Counts

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.lengths)

    @property
    def difference(self) -> float:
        """The challenger's error rate less the champion's, in edits a character: below 0 where it reads better."""
        return float(self.more.sum() / max(1, self.lengths.sum()))


def gather(pairs: Sequence[Pair], fewest: int) -> Units:
    """The pictures by group, or each for itself where there are less than `fewest` groups: the spread among a handful
    says little of the spread among all."""
    groups = np.unique([pair.group for pair in pairs], return_inverse=True)[1]
    whole = len(pairs) > 0 and int(groups.max()) + 1 >= fewest
    places = groups if whole else np.arange(len(pairs))
    lengths = np.array([pair.length for pair in pairs], np.int64)
    more = np.array([pair.challenger - pair.champion for pair in pairs], np.int64)
    return Units("group" if whole else "picture", _sum(lengths, places), _sum(more, places))


def rates(pairs: Sequence[Pair]) -> tuple[float, float]:
    """The error rates of champion and challenger: the sum of all edits over that of all true characters."""
    length = max(1, sum(pair.length for pair in pairs))
    return sum(pair.champion for pair in pairs) / length, sum(pair.challenger for pair in pairs) / length


def slice_names(pairs: Iterable[Pair]) -> list[str]:
    """Every slice that a picture belongs to, by name."""
    return sorted({name for pair in pairs for name in pair.slices})


def _sum(values: Counts, places: Counts) -> Counts:
    summed = np.zeros(int(places.max()) + 1 if len(places) else 0, np.int64)
    np.add.at(summed, places, values)
    return summed
