"""Rescoring by a language: at each uncertain position of a path, the text that is likelier in all is taken.

Long lines have more uncertain positions than combinations of changes can be enumerated, so positions are decided one
by one first, all at once for many pictures.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.ctc.likelihood import Doubles, Integers, Rows
from longhand.handwriting.ctc.paths import find_letters, spell
from longhand.handwriting.ctc.uncertainty import PLACES, Changes, Floats

Prefer = Callable[[Rows], Doubles]
"""The log probability of each text in the language; it depends on no letter farther than MARGIN away."""

MARGIN = 7
"""Letters on each side of a change that its gain is judged by; a language of order 6 looks at 5."""

CLOSE, ROUNDS = 5.0, 2
"""Changes that cost less than CLOSE are tried, all at once, ROUNDS times, as one change may make another worth
while."""


def rescore(greedy: Integers, changes: Changes, prefer: Prefer) -> tuple[Integers, Changes]:
    """The paths (pictures, frames) with each change whose gain exceeds its cost, and the changes that are left.

    A change that was made is left as the one back to what stood there, at the cost of its gain. Pictures with at most
    PLACES close changes stay as they are, since all combinations of them are looked at anyway.
    """
    path, near = greedy.copy(), changes.cost < CLOSE
    near &= (np.bincount(changes.owner[near], minlength=len(path)) > PLACES)[changes.owner]
    close, rest = changes.take(near), changes.take(~near)
    cost, won, gains = close.cost.copy(), np.zeros(near.sum()), -close.cost
    left = np.arange(len(cost))
    for _ in range(ROUNDS):
        if not len(left):
            break
        tried = close.take(left)
        gains[left] = _judge(path, tried, prefer) - cost[left]
        taken = left[_find_foremost(tried, gains[left], path.shape)]
        write(path, close.take(taken), close.owner[taken])
        cost[taken], won[taken] = 0, gains[taken]
        left = left[np.isin(tried.owner, close.owner[taken])]
    output = np.where(won > 0, greedy[close.owner, close.first], close.output)
    uncertain = Changes(close.owner, close.first, close.last, output, np.where(won > 0, won, np.maximum(-gains, 0)))
    return path, Changes(*map(np.concatenate, zip(vars(uncertain).values(), vars(rest).values(), strict=True)))


def write(paths: Integers, changes: Changes, rows: Integers) -> None:
    """Write each change into the path of its row."""
    which, frames = _span(changes)
    paths[rows[which], frames] = changes.output[which]


def _judge(path: Integers, changes: Changes, prefer: Prefer) -> Doubles:
    """By how much the language prefers the text with each change to the one without, judged by the letters around
    it."""
    starts, ends = _frame(path, changes)
    frames = starts[:, None] + np.arange(int((ends - starts).max()))
    there = path[changes.owner[:, None], np.minimum(frames, path.shape[1] - 1)] * (frames < ends[:, None])
    inside = (frames >= changes.first[:, None]) & (frames <= changes.last[:, None])
    changed = np.where(inside, changes.output[:, None], there)
    worth = prefer(spell(np.concatenate([changed, there]), np.tile(changes.owner, 2)))
    return worth[: len(changed)] - worth[len(changed) :]


def _frame(path: Integers, changes: Changes) -> tuple[Integers, Integers]:
    """The first frame of the letters around each change, and the one after their last."""
    letters = find_letters(path)
    counts = np.pad(letters.cumsum(axis=1), ((0, 0), (1, 0)))
    begins = np.full((len(path), int(counts.max()) + 2 * MARGIN + 2), path.shape[1])
    row, frame = np.nonzero(letters)
    begins[row, counts[row, frame] + 1 + MARGIN] = frame
    begins[:, : MARGIN + 1] = 0
    before, behind = counts[changes.owner, changes.first], counts[changes.owner, changes.last + 1]
    return begins[changes.owner, before], begins[changes.owner, behind + 2 * MARGIN + 1]


def _find_foremost(changes: Changes, gains: Floats, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which changes gain something, and more than every other that touches the same frames or their neighbours."""
    which, frames = _span(changes, beside=1)
    most = np.zeros((shape[0], shape[1] + 2))
    np.maximum.at(most, (changes.owner[which], frames + 1), gains[which])
    edges = np.flatnonzero(np.diff(which, prepend=-1))
    return gains >= np.maximum(np.maximum.reduceat(most[changes.owner[which], frames + 1], edges), 1e-9)


def _span(changes: Changes, beside: int = 0) -> tuple[Integers, Integers]:
    """Every frame of every change, and some beside it: which change, and which frame."""
    wide = changes.last - changes.first + 1 + 2 * beside
    which = np.repeat(np.arange(len(wide)), wide)
    within = np.arange(len(which)) - np.repeat(np.cumsum(wide) - wide, wide)
    return which, changes.first[which] - beside + within
