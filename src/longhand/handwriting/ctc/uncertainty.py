"""Uncertain positions: where a network gives another output nearly the probability of the likeliest one.

A search over all paths is not needed for text recognition: outside of these few positions the likeliest path is
certain, so whatever the text may be instead differs from it by a few changes.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.ctc.likelihood import Integers

REACH = 8.0
"""The most that a change may cost, in log probability: one that costs more is e^8 = 3,000 times less likely."""

PLACES = 8
"""How many changes of a picture are looked at alone and together."""

_NEVER = 1e6
_FLOOR = 1e-12
Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Changes:
    """Other outputs for frames `first` to `last` of the picture `owner`: `output`, at a cost in log probability."""

    owner: Integers
    first: Integers
    last: Integers
    output: Integers
    cost: Floats

    def take(self, places: Integers | NDArray[np.bool_]) -> "Changes":
        """Some of them."""
        return Changes(*(values[places] for values in vars(self).values()))


def find_changes(probabilities: Floats, greedy: Integers) -> Changes:
    """The best two other outputs of each uncertain frame, and of each letter all of whose frames are uncertain.

    `probabilities` is (pictures, frames, outputs), `greedy` the likeliest path of each picture (pictures, frames).
    """
    length, path, flat = greedy.shape[1], greedy.ravel(), probabilities.reshape(-1, probabilities.shape[2])
    best = flat[np.arange(len(path)), path]
    unsure = np.flatnonzero(best < 1 - math.exp(-REACH))
    if not len(unsure):
        return Changes(*(np.zeros(0, np.int64),) * 4, np.zeros(0))
    lost = np.log(best[unsure])[:, None] - np.log(np.maximum(flat[unsure], _FLOOR))
    lost[np.arange(len(unsure)), path[unsure]] = _NEVER
    starts = np.flatnonzero((np.diff(path, prepend=-1) != 0) | (np.arange(len(path)) % length == 0))
    run = np.searchsorted(starts, unsure, side="right") - 1
    begins = np.flatnonzero(np.diff(run, prepend=-1))
    frames, wide = np.diff(begins, append=len(unsure)), np.diff(starts, append=len(path))[run[begins]]
    whole = (frames == wide) & (wide > 1) & (path[unsure[begins]] > 0)
    sums = np.add.reduceat(lost, begins, axis=0)[whole]
    _forbid_idle(lost, path, unsure, length)
    first = np.concatenate([unsure, starts[run[begins]][whole]])
    last = np.concatenate([unsure, (starts[run[begins]] + wide - 1)[whole]])
    return _two_best(np.concatenate([lost, sums]), first // length, first % length, last % length)


def _forbid_idle(lost: Floats, path: Integers, where: Integers, length: int) -> None:
    """Makes the changes of one frame that leave the text as it is cost too much, so that they take no place of others.

    Before a picture's first frame and after its last stands a blank. Pictures lie one after another in `path`: a frame
    of the neighbour must not count, or what is read would depend on which pictures are read together.
    """
    here = path[where]
    before = np.where(where % length > 0, path[where - 1], 0)
    after = np.where(where % length < length - 1, path[np.minimum(where + 1, len(path) - 1)], 0)
    blank, joined, followed = here == 0, before == here, after == here
    rows = np.arange(len(where))
    for output, idle in (
        (before, np.where(blank, before != after, followed & ~joined)),
        (after, np.where(blank, before != after, joined & ~followed)),
        (np.zeros_like(here), ~blank & (joined ^ followed)),
    ):
        lost[rows[idle], output[idle]] = _NEVER


def _two_best(lost: Floats, owner: Integers, first: Integers, last: Integers) -> Changes:
    rows, found = np.arange(len(lost)), []
    for _ in range(2):
        output = lost.argmin(axis=1)
        cost = lost[rows, output]
        lost[rows, output] = _NEVER
        found.append([values[cost <= REACH] for values in (owner, first, last, output, cost)])
    return Changes(*map(np.concatenate, zip(*found, strict=True)))
