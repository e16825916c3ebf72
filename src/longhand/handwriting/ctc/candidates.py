"""Candidate texts: the likeliest path, and the paths that some of its cheapest changes make of it."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from longhand.handwriting.ctc.likelihood import Frames, Integers, Rows
from longhand.handwriting.ctc.paths import find_letters, spell
from longhand.handwriting.ctc.rescoring import Prefer, rescore, write
from longhand.handwriting.ctc.uncertainty import PLACES, REACH, Changes, Floats, find_changes

_SUBSETS = np.array(list(product([False, True], repeat=PLACES)))
_NEVER = 1e6

# 2 ** 64 divided by the golden ratio. Its powers spread over all 64 bits: sums of outputs times powers differ by text.
_PRIME = 0x9E3779B97F4A7C15


@dataclass(frozen=True)
class Candidates:
    """Texts with a path that spells each (rows, frames), 0 the blank; by owner, the likeliest path first."""

    rows: Rows
    paths: Integers


def find_candidates(frames: Frames, count: int, prefer: Prefer | None = None) -> Candidates:
    """The likeliest path of each picture and at most `count` others, all of different texts.

    They are the cheapest of the 2 ** PLACES combinations of a picture's cheapest changes. With `prefer` the path is
    rescored first, and the combinations are those near what it has become.
    """
    greedy = frames.probabilities.argmax(axis=2)
    path, changes = greedy, find_changes(frames.probabilities, greedy)
    if prefer is not None:
        path, changes = rescore(greedy, changes, prefer)
    paths = np.repeat(path, count, axis=0).reshape(len(path), count, -1)
    near = _change(paths, changes) <= REACH
    paths = np.concatenate([greedy[:, None], paths], axis=1)
    near = np.pad(near, ((0, 0), (1, 0)), constant_values=True)
    return _distinct(paths[near], np.nonzero(near)[0])


def _change(paths: Integers, changes: Changes) -> Floats:
    """Writes the cheapest combinations of changes into the copies of each path (pictures, copies, frames), and returns
    the cost of each copy: combinations are enumerated, as 256 sums are cheaper than a beam's loop over frames."""
    pictures, count = paths.shape[:2]
    changes = changes.take(np.lexsort((changes.cost, changes.owner)))
    rank = np.arange(len(changes.cost)) - np.searchsorted(changes.owner, changes.owner)
    changes, rank = changes.take(rank < PLACES), rank[rank < PLACES]
    costs = np.full((pictures, PLACES), _NEVER)
    costs[changes.owner, rank] = changes.cost
    sums = costs @ _SUBSETS.T
    chosen = np.argsort(sums, axis=1)[:, :count]
    change, copy = np.nonzero(_SUBSETS[chosen][changes.owner, :, rank])
    write(paths.reshape(pictures * count, -1), changes.take(change), changes.owner[change] * count + copy)
    return np.take_along_axis(sums, chosen, 1)


def _distinct(paths: Integers, owners: Integers) -> Candidates:
    """The texts that paths spell, each once for its owner, in their order.

    Texts are compared by a 64-bit hash: two of some hundred coincide once in 10^15 times, and cost a candidate then.
    """
    letters = find_letters(paths)
    powers = np.cumprod(np.full(paths.shape[1] + 1, _PRIME, np.uint64))
    names = (powers[letters.cumsum(axis=1)] * (paths * letters).astype(np.uint64)).sum(axis=1)
    kept = np.sort(np.unique(names + powers[0] * owners.astype(np.uint64), return_index=True)[1])
    return Candidates(spell(paths[kept], owners[kept]), paths[kept])
