"""Every entry of a lexicon scored, none left out: what a shortlist must agree with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
_TOGETHER = 500


@dataclass(frozen=True)
class _Part:
    """Spellings of about the same length: where they stood, their states (blanks between outputs), which states may
    be reached past a blank, and where each ends."""

    places: NDArray[np.int64]
    states: NDArray[np.int64]
    skip: NDArray[np.float64]
    ends: NDArray[np.int64]


class Exhaustive:
    """The exact CTC probability of all spellings, with probabilities scaled in every frame (Rabiner, A tutorial on
    hidden Markov models, 1989) instead of logarithms, which is ten times as fast."""

    def __init__(self, spellings: Sequence[Sequence[int]]) -> None:
        self._parts = list(_split(spellings))
        self._count = len(spellings)

    def score(self, log_probabilities: Doubles) -> Doubles:
        """The log probability of every spelling for (frames, outputs), output 0 the blank."""
        probabilities, scores = np.exp(log_probabilities), np.empty(self._count)
        for part in self._parts:
            scores[part.places] = _score(probabilities, part)
        return scores


def _split(spellings: Sequence[Sequence[int]]) -> Iterator[_Part]:
    order = np.argsort([len(spelling) for spelling in spellings], kind="stable")
    for places in np.array_split(order, -(-len(order) // _TOGETHER)):
        longest = max(len(spellings[place]) for place in places)
        states = np.zeros((len(places), 2 * longest + 1), np.int64)
        for row, place in zip(states, places, strict=True):
            row[1 : 2 * len(spellings[place]) : 2] = spellings[place]
        skip = np.zeros(states.shape)
        skip[:, 3::2] = states[:, 3::2] != states[:, 1:-2:2]
        yield _Part(places, states, skip, np.array([2 * len(spellings[place]) for place in places]))


def _score(probabilities: Doubles, part: _Part) -> Doubles:
    forward = np.zeros(part.states.shape)
    forward[:, :2] = probabilities[0][part.states[:, :2]]
    log_probs = np.zeros(len(forward))
    for frame in probabilities[1:]:
        stepped = forward.copy()
        stepped[:, 1:] += forward[:, :-1]
        stepped[:, 2:] += forward[:, :-2] * part.skip[:, 2:]
        forward = stepped * frame[part.states]
        scale = forward.max(axis=1)
        scale[scale == 0] = 1
        forward /= scale[:, None]
        log_probs += np.log(scale)
    rows = np.arange(len(forward))
    ending = forward[rows, part.ends] + np.where(part.ends > 0, forward[rows, np.maximum(part.ends - 1, 0)], 0)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(ending) + log_probs, np.float64)
