"""Texts that come into question: the likeliest path, and those where some of its least certain places say otherwise."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from longhand.handwriting.ctc.likelihood import Frames, Integers, Rows
from longhand.handwriting.ctc.paths import find_letters, spell
from longhand.handwriting.ctc.rescoring import Prefer, revise, write
from longhand.handwriting.ctc.uncertainty import PLACES, REACH, Changes, Floats, find_doubts

_SUBSETS = np.array(list(product([False, True], repeat=PLACES)))
_NEVER = 1e6
_PRIME = 0x9E3779B97F4A7C15


@dataclass(frozen=True)
class Proposals:
    """Texts with a path that spells each (rows, frames), 0 the blank; by owner, the likeliest path first."""

    rows: Rows
    paths: Integers


def propose(frames: Frames, count: int, prefer: Prefer | None = None) -> Proposals:
    """At most `count` texts for each picture and the likeliest path, all different, of at most 2 ** PLACES that are
    looked at: those near the likeliest path, or near what it becomes where `prefer` may revise it."""
    greedy = frames.chances.argmax(axis=2)
    path, doubts = greedy, find_doubts(frames.chances, greedy)
    if prefer is not None:
        path, doubts = revise(greedy, doubts, prefer)
    paths = np.repeat(path, count, axis=0).reshape(len(path), count, -1)
    near = _change(paths, doubts) <= REACH
    paths = np.concatenate([greedy[:, None], paths], axis=1)
    near = np.pad(near, ((0, 0), (1, 0)), constant_values=True)
    return _distinct(paths[near], np.nonzero(near)[0])


def _change(paths: Integers, doubts: Changes) -> Floats:
    """Write the cheapest changes, alone and together, into the copies of each path (pictures, copies, frames); the cost
    of each copy."""
    pictures, count = paths.shape[:2]
    doubts = doubts.take(np.lexsort((doubts.cost, doubts.owner)))
    rank = np.arange(len(doubts.cost)) - np.searchsorted(doubts.owner, doubts.owner)
    doubts, rank = doubts.take(rank < PLACES), rank[rank < PLACES]
    costs = np.full((pictures, PLACES), _NEVER)
    costs[doubts.owner, rank] = doubts.cost
    sums = costs @ _SUBSETS.T
    chosen = np.argsort(sums, axis=1)[:, :count]
    change, copy = np.nonzero(_SUBSETS[chosen][doubts.owner, :, rank])
    write(paths.reshape(pictures * count, -1), doubts.take(change), doubts.owner[change] * count + copy)
    return np.take_along_axis(sums, chosen, 1)


def _distinct(paths: Integers, owners: Integers) -> Proposals:
    """The texts that paths spell, each once for its owner."""
    letters = find_letters(paths)
    powers = np.cumprod(np.full(paths.shape[1] + 1, _PRIME, np.uint64))
    names = (powers[letters.cumsum(axis=1)] * (paths * letters).astype(np.uint64)).sum(axis=1)
    kept = np.sort(np.unique(names + powers[0] * owners.astype(np.uint64), return_index=True)[1])
    return Proposals(spell(paths[kept], owners[kept]), paths[kept])
