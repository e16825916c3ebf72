"""Paths through a network's frames, many at once, and the texts that they spell."""

import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.ctc.likelihood import Integers, Rows


def find_letters(paths: Integers) -> NDArray[np.bool_]:
    """Where in paths (rows, frames) of outputs, 0 the blank, a letter begins."""
    letters = paths > 0
    letters[:, 1:] &= paths[:, 1:] != paths[:, :-1]
    return letters


def spell(paths: Integers, owners: Integers) -> Rows:
    """The texts that paths spell, repeats merged and blanks dropped; `owners` is the picture that each is about."""
    letters = find_letters(paths)
    places = letters.cumsum(axis=1)
    lengths = places[:, -1]
    outputs = np.zeros((len(paths), int(lengths.max(initial=0))), np.int64)
    row, frame = np.nonzero(letters)
    outputs[row, places[row, frame] - 1] = paths[row, frame]
    return Rows(outputs, lengths, owners)
