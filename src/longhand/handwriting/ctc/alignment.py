"""Forced alignment: the likeliest path that spells a given text (Viterbi, 1967)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.ctc.likelihood import Integers

_FLOOR = 1e-30


def align(probabilities: NDArray[np.floating], outputs: Sequence[int]) -> Integers:
    """The likeliest path through (frames, outputs) that spells a text, 0 the blank.

    Raises ValueError where the frames do not suffice.
    """
    states = np.zeros(2 * len(outputs) + 1, np.int64)
    states[1::2] = outputs
    skips = np.zeros(len(states), bool)
    skips[3::2] = states[3::2] != states[1:-2:2]
    log_probs = np.log(np.maximum(probabilities[:, states], _FLOOR))
    came = np.zeros(log_probs.shape, np.int64)
    best = np.full(len(states), -np.inf)
    best[:2] = log_probs[0, :2]
    options = np.full((3, len(states)), -np.inf)
    for t in range(1, len(log_probs)):
        options[0], options[1, 1:] = best, best[:-1]
        options[2, 2:] = np.where(skips[2:], best[:-2], -np.inf)
        came[t] = options.argmax(axis=0)
        best = options.max(axis=0) + log_probs[t]
    state = int(np.argmax(best[-2:])) + max(0, len(states) - 2)
    if best[state] == -np.inf:
        raise ValueError(f"{len(outputs)} letters do not fit into {len(log_probs)} frames")
    path = [state]
    for t in range(len(log_probs) - 1, 0, -1):
        path.append(path[-1] - int(came[t, path[-1]]))
    return states[path[::-1]]
