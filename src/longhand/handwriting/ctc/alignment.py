"""Where each letter of a text stands: the likeliest path that spells it (Viterbi, 1967)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.ctc.likelihood import Integers

_FLOOR = 1e-30


def align(chances: NDArray[np.floating], outputs: Sequence[int]) -> Integers:
    """The likeliest path through (frames, outputs) that spells a text, 0 the blank.

    Raises ValueError where the frames do not suffice.
    """
    states = np.zeros(2 * len(outputs) + 1, np.int64)
    states[1::2] = outputs
    skips = np.zeros(len(states), bool)
    skips[3::2] = states[3::2] != states[1:-2:2]
    logs = np.log(np.maximum(chances[:, states], _FLOOR))
    came = np.zeros(logs.shape, np.int64)
    best = np.full(len(states), -np.inf)
    best[:2] = logs[0, :2]
    options = np.full((3, len(states)), -np.inf)
    for t in range(1, len(logs)):
        options[0], options[1, 1:] = best, best[:-1]
        options[2, 2:] = np.where(skips[2:], best[:-2], -np.inf)
        came[t] = options.argmax(axis=0)
        best = options.max(axis=0) + logs[t]
    state = int(np.argmax(best[-2:])) + max(0, len(states) - 2)
    if best[state] == -np.inf:
        raise ValueError(f"{len(outputs)} letters do not fit into {len(logs)} frames")
    path = [state]
    for t in range(len(logs) - 1, 0, -1):
        path.append(path[-1] - int(came[t, path[-1]]))
    return states[path[::-1]]
