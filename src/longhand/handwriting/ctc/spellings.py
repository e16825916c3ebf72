"""Spellings of an entry that a person may use instead of the listed one: capitals or small letters, spaces or none."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

COST = 2.0
"""By how much another spelling counts for less than the listed one, in log probability: where a list holds both, what
stands there decides."""


def fold_spelling(text: str) -> str:
    """What all spellings of an entry have in common: the letters, whatever their case, without spaces."""
    return "".join(text.casefold().split())


def vary(entry: str) -> tuple[str, ...]:
    """The spellings of an entry, as listed first: small letters, capitals, a capital first, one in each word."""
    return tuple(dict.fromkeys((entry, entry.lower(), entry.upper(), entry.capitalize(), entry.title())))


def close_up(probabilities: NDArray[np.floating], space: Sequence[int]) -> NDArray[np.floating]:
    """Probabilities (pictures, frames, outputs) where a space counts as a blank, so that no gap is written."""
    closed = probabilities.copy()
    for output in space:
        closed[:, :, 0] += closed[:, :, output]
        closed[:, :, output] = 0
    return closed
