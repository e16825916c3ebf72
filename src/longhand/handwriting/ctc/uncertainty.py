"""Where a network is in doubt, and what else might stand there."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.ctc.likelihood import Integers

REACH = 8.0
"""How far behind the likeliest path, in log probability, another one comes into question."""

PLACES = 8
"""How many changes of a picture are looked at alone and together."""

_NEVER = 1e6
_FLOOR = 1e-12
Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Changes:
    """Other ways to read frames `first` to `last` of the picture `owner`: as `output`, at a cost in log probability."""

    owner: Integers
    first: Integers
    last: Integers
    output: Integers
    cost: Floats

    def take(self, places: Integers | NDArray[np.bool_]) -> "Changes":
        """Some of them."""
        return Changes(*(values[places] for values in vars(self).values()))


def find_doubts(chances: Floats, greedy: Integers) -> Changes:
    """What might stand there instead: a frame's best two other choices, or a whole letter's."""
    length, path, flat = greedy.shape[1], greedy.ravel(), chances.reshape(-1, chances.shape[2])
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
    _forbid_idle(lost, path, unsure)
    first = np.concatenate([unsure, starts[run[begins]][whole]])
    last = np.concatenate([unsure, (starts[run[begins]] + wide - 1)[whole]])
    return _two_best(np.concatenate([lost, sums]), first // length, first % length, last % length)


def _forbid_idle(lost: Floats, path: Integers, where: Integers) -> None:
    """Make the changes of one frame that leave the text as it is cost too much."""
    here = path[where]
    before, after = path[np.maximum(where - 1, 0)], path[np.minimum(where + 1, len(path) - 1)]
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
