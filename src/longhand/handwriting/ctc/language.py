"""A character language model: n-grams that back off to shorter ones (Katz, Estimation of Probabilities from Sparse
Data, 1987), scored for many texts at once."""

from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.ctc.likelihood import Doubles, Rows
from longhand.handwriting.ctc.ngrams import STEP, Integers, Ngrams, name_grams

# Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4): 2 ** 64 divided by the golden ratio. The names of
# n-grams that share a context follow each other, and this spreads neighbours farthest apart.
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


class Language:
    """N-grams with what is needed to score texts by them."""

    def __init__(self, ngrams: Ngrams) -> None:
        self.ngrams = ngrams

    def score(self, rows: Rows) -> Doubles:
        """The log probability of each whole text, its end included."""
        seen = np.arange(rows.outputs.shape[1] + 1) <= rows.lengths[:, None]
        symbols = np.pad(rows.outputs * seen[:, 1:], ((0, 0), (1, 1)))
        names = name_grams(symbols, len(self.ngrams.characters) + 1, self.ngrams.order)
        asked = (names >= 0) & np.pad(seen, ((0, 0), (1, 0)), constant_values=True)
        places = np.full(names.shape, -1, np.int32)
        places[asked] = self._find(names[asked])
        log_probs, backoffs = self._tables
        total = log_probs[places[0, :, 1:]]
        for shorter, longer in pairwise(places):
            backed = total + backoffs[shorter[:, :-1]]
            total = np.where(longer[:, 1:] >= 0, log_probs[longer[:, 1:]], backed)
        return np.asarray((total * seen).sum(axis=1), np.float64)

    @cached_property
    def _tables(self) -> tuple[Doubles, Doubles]:
        """Log probabilities by place; the last place, -1, is that of an n-gram which is not there."""
        log_probs = np.append(-STEP * self.ngrams.costs, STEP * -255.0)
        return log_probs, np.append(-STEP * self.ngrams.backoffs, 0.0)

    @cached_property
    def _slots(self) -> tuple[NDArray[np.int32], int]:
        """Places by hashed name, and the most slots that an n-gram lies behind its own.

        A table with open addressing, a quarter full at most, as a binary search through 200,000 names misses the cache
        at every step: 6,000 names take 0.13 ms here and 1.1 ms there.
        """
        slots = np.full(1 << (4 * len(self.ngrams.grams)).bit_length(), -1, np.int32)
        homes, waiting, depth = self._homes(self.ngrams.grams, len(slots)), np.arange(len(self.ngrams.grams)), 0
        while len(waiting):
            wanted = (homes[waiting] + depth) & (len(slots) - 1)
            free = slots[wanted] < 0
            slots[wanted[free]] = waiting[free]
            waiting, depth = waiting[slots[wanted] != waiting], depth + 1
        return slots, depth

    def _find(self, names: Integers) -> NDArray[np.int32]:
        """The place of each n-gram, -1 where it is not there."""
        slots, depth = self._slots
        homes = self._homes(names, len(slots))
        found = slots[homes]
        rest = np.flatnonzero((found >= 0) & (self.ngrams.grams[found] != names))
        for step in range(1, depth):
            places = slots[(homes[rest] + step) & (len(slots) - 1)]
            found[rest] = places
            rest = rest[(places >= 0) & (self.ngrams.grams[places] != names[rest])]
        found[rest] = -1
        return found

    @staticmethod
    def _homes(names: Integers, slots: int) -> Integers:
        shift = np.uint64(65 - slots.bit_length())
        return ((names.astype(np.uint64) * _MULTIPLIER) >> shift).astype(np.int64)
