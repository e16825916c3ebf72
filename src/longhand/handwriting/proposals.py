"""Texts that come into question: the likeliest path, and those where some of its least certain places say otherwise."""

import math
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.frames import Frames, Integers, Rows

PLACES = 8
"""How many of a picture's least certain places are in doubt."""

REACH = 8.0
"""How far behind the likeliest path, in log probability, another one comes into question."""

_SUBSETS = np.array(list(product([False, True], repeat=PLACES)))
_NEVER = 1e6
_FLOOR = 1e-12
_PRIME = 0x9E3779B97F4A7C15
Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Proposals:
    """Texts with a path that spells each (rows, frames), 0 the blank; the first row of an owner is the greedy one."""

    rows: Rows
    paths: Integers


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


def propose(frames: Frames, count: int) -> Proposals:
    """At most `count` texts for each picture, all different, of at most 2 ** PLACES that are looked at."""
    greedy = frames.chances.argmax(axis=2)
    paths = np.repeat(greedy, count, axis=0)
    cost = _change(paths, len(greedy), count, _doubts(frames.chances, greedy))
    owners = np.repeat(np.arange(len(greedy)), count)
    return _distinct(paths[cost <= REACH], owners[cost <= REACH])


def _doubts(chances: Floats, greedy: Integers) -> Changes:
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


def _change(paths: Integers, pictures: int, count: int, doubts: Changes) -> Floats:
    """Write the cheapest changes, alone and together, into `count` copies of each path; the cost of each copy."""
    order = np.lexsort((doubts.cost, doubts.owner))
    doubts = doubts.take(order)
    rank = np.arange(len(order)) - np.searchsorted(doubts.owner, doubts.owner)
    doubts, rank = doubts.take(rank < PLACES), rank[rank < PLACES]
    costs = np.full((pictures, PLACES), _NEVER)
    costs[doubts.owner, rank] = doubts.cost
    sums = costs @ _SUBSETS.T
    chosen = np.argsort(sums, axis=1)[:, :count]
    change, copy = np.nonzero(_SUBSETS[chosen][doubts.owner, :, rank])
    wide = (doubts.last - doubts.first + 1)[change]
    within = np.arange(wide.sum()) - np.repeat(np.cumsum(wide) - wide, wide)
    rows = np.repeat(doubts.owner[change] * count + copy, wide)
    paths[rows, np.repeat(doubts.first[change], wide) + within] = np.repeat(doubts.output[change], wide)
    return np.take_along_axis(sums, chosen, 1).ravel()


def _distinct(paths: Integers, owners: Integers) -> Proposals:
    """The texts that paths spell, repeats merged and blanks dropped, each once for its owner."""
    letter = paths > 0
    letter[:, 1:] &= paths[:, 1:] != paths[:, :-1]
    place = letter.cumsum(axis=1)
    powers = np.cumprod(np.full(paths.shape[1] + 1, _PRIME, np.uint64))
    names = (powers[place] * (paths * letter).astype(np.uint64)).sum(axis=1) + powers[0] * owners.astype(np.uint64)
    kept = np.sort(np.unique(names, return_index=True)[1])
    paths, letter, place = paths[kept], letter[kept], place[kept]
    lengths = place[:, -1]
    outputs = np.zeros((len(kept), int(lengths.max(initial=0))), np.int64)
    row, column = np.nonzero(letter)
    outputs[row, place[row, column] - 1] = paths[row, column]
    return Proposals(Rows(outputs, lengths, owners[kept]), paths)
