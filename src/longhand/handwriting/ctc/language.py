"""What people write: a character n-gram that backs off to shorter ones (Katz, 1987), scored for many texts at once."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.ctc.likelihood import Doubles, Integers, Rows

STEP = 1 / 12
"""Log probabilities are kept as whole numbers of steps."""

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Language:
    """N-grams over the characters of an alphabet, 1 the first of them, 0 the edge of a text.

    `grams` are their sorted names, see `name_grams`; `chances` the log probability of an n-gram's last symbol after
    the others, `backoffs` what a symbol that was never seen after it costs, both in steps below 0.
    """

    characters: str
    order: int
    grams: Integers
    chances: NDArray[np.uint8]
    backoffs: NDArray[np.int8]

    def score(self, rows: Rows) -> Doubles:
        """The log probability of each whole text, its end included."""
        seen = np.arange(rows.outputs.shape[1] + 1) <= rows.lengths[:, None]
        symbols = np.pad(rows.outputs * seen[:, 1:], ((0, 0), (1, 1)))
        names = name_grams(symbols, len(self.characters) + 1, self.order)
        asked = (names >= 0) & np.pad(seen, ((0, 0), (1, 0)), constant_values=True)
        places = np.full(names.shape, -1, np.int32)
        places[asked] = self._find(names[asked])
        chances, backoffs = self._tables
        total = chances[places[0, :, 1:]]
        for shorter, longer in pairwise(places):
            backed = total + backoffs[shorter[:, :-1]]
            total = np.where(longer[:, 1:] >= 0, chances[longer[:, 1:]], backed)
        return np.asarray((total * seen).sum(axis=1), np.float64)

    def pack(self) -> bytes:
        """The language as a file, which `unpack` reads."""
        steps = np.diff(self.grams, prepend=0).view(np.uint8).reshape(-1, 8).T
        packed = io.BytesIO()
        np.savez_compressed(
            packed,
            characters=np.array(self.characters),
            order=np.array(self.order),
            steps=np.ascontiguousarray(steps),
            chances=self.chances,
            backoffs=self.backoffs,
        )
        return packed.getvalue()

    @cached_property
    def _tables(self) -> tuple[Doubles, Doubles]:
        """Log probabilities by place; the last place, -1, is that of an n-gram which is not there."""
        chances = np.append(-STEP * self.chances, STEP * -255.0)
        return chances, np.append(-STEP * self.backoffs, 0.0)

    @cached_property
    def _slots(self) -> tuple[NDArray[np.int32], int]:
        """Places by hashed name, and in how many slots from there on an n-gram may be."""
        slots = np.full(1 << (4 * len(self.grams)).bit_length(), -1, np.int32)
        homes, waiting, depth = self._homes(self.grams, len(slots)), np.arange(len(self.grams)), 0
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
        rest = np.flatnonzero((found >= 0) & (self.grams[found] != names))
        for step in range(1, depth):
            places = slots[(homes[rest] + step) & (len(slots) - 1)]
            found[rest] = places
            rest = rest[(places >= 0) & (self.grams[places] != names[rest])]
        found[rest] = -1
        return found

    @staticmethod
    def _homes(names: Integers, slots: int) -> Integers:
        shift = np.uint64(65 - slots.bit_length())
        return ((names.astype(np.uint64) * _MULTIPLIER) >> shift).astype(np.int64)


def name_grams(symbols: Integers, base: int, order: int) -> Integers:
    """A number for every n-gram that ends at each symbol of (rows, columns), by length from 1 to `order`.

    (order, rows, columns); -1 where an n-gram would begin before its row.
    """
    names = np.full((order, *symbols.shape), -1, np.int64)
    names[0] = value = symbols
    for length in range(1, min(order, symbols.shape[1])):
        value = value[:, 1:] + symbols[:, : symbols.shape[1] - length] * base**length
        names[length, :, length:] = value + length * base**order
    return names


def unpack(data: bytes) -> Language:
    """The language that `pack` made a file of."""
    with np.load(io.BytesIO(data), allow_pickle=False) as values:
        return _unpack(values)


def _unpack(values: Mapping[str, NDArray[np.generic]]) -> Language:
    steps = np.ascontiguousarray(values["steps"].T).view(np.int64).ravel()
    return Language(
        str(values["characters"]),
        int(values["order"]),
        np.cumsum(steps),
        values["chances"].astype(np.uint8),
        values["backoffs"].astype(np.int8),
    )
