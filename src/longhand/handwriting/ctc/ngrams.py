"""The n-grams of a language, and the file that holds them: what is learned, apart from how texts are scored by it."""

import io
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

STEP = 1 / 12
"""Log probabilities are kept as whole numbers of steps."""


@dataclass(frozen=True)
class Ngrams:
    """N-grams over the characters of an alphabet, 1 the first of them, 0 the edge of a text.

    `grams` are their sorted names, see `name_grams`. `costs` is the negative log probability of an n-gram's last symbol
    after the others, `backoffs` the cost of a symbol that was never seen after it; both count STEPs.
    """

    characters: str
    order: int
    grams: Integers
    costs: NDArray[np.uint8]
    backoffs: NDArray[np.int8]

    def pack(self) -> bytes:
        """The n-grams as a file, which `unpack` reads."""
        # Differences of sorted names are small: their high bytes, side by side, are nearly all 0 and cost nothing.
        steps = np.diff(self.grams, prepend=0).view(np.uint8).reshape(-1, 8).T
        packed = io.BytesIO()
        np.savez_compressed(
            packed,
            characters=np.array(self.characters),
            order=np.array(self.order),
            steps=np.ascontiguousarray(steps),
            chances=self.costs,
            backoffs=self.backoffs,
        )
        return packed.getvalue()


def unpack(data: bytes) -> Ngrams:
    """The n-grams that `pack` made a file of."""
    with np.load(io.BytesIO(data), allow_pickle=False) as values:
        return _unpack(values)


def _unpack(values: Mapping[str, NDArray[np.generic]]) -> Ngrams:
    steps = np.ascontiguousarray(values["steps"].T).view(np.int64).ravel()
    return Ngrams(
        str(values["characters"]),
        int(values["order"]),
        np.cumsum(steps),
        values["chances"].astype(np.uint8),
        values["backoffs"].astype(np.int8),
    )


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
