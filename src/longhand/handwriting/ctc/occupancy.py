"""How a text's letters are spread over a picture's frames: the posterior of CTC, forward and backward.

Graves et al., Connectionist Temporal Classification, 2006. The gradient of a text's negative log probability with
respect to logits is the softmax of these minus this posterior.
"""

import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.ctc.likelihood import Doubles, Frames, Integers, Rows

_LEAST = 1e-300


def occupy(frames: Frames, rows: Rows) -> NDArray[np.float32]:
    """The probability that a frame writes an output, given its picture's text: (pictures, frames, outputs).

    `rows` has one text for each picture, in order. All frames of a picture for whose text the frames do not suffice,
    and those beyond its own, are 0.
    """
    states = _states(rows)
    emitted = _emit(frames.probabilities, states)
    skips = np.zeros(states.shape, bool)
    skips[:, 3::2] = (states[:, 3::2] != states[:, 1:-2:2]) & (states[:, 3::2] > 0)
    ends = np.zeros(states.shape, bool)
    for step in (0, 1):
        ends[np.arange(len(states)), np.maximum(0, 2 * rows.lengths - step)] = True
    forward = _forward(emitted, skips)
    backward = _backward(emitted, skips, ends, frames.lengths)
    both = forward * backward
    total = both.sum(axis=2, keepdims=True)
    both = np.divide(both, total, out=np.zeros_like(both), where=total > _LEAST)
    own = np.arange(both.shape[0])[:, None] < frames.lengths
    fits = ((total[:, :, 0] > _LEAST) | ~own).all(axis=0)
    both *= (own & fits)[:, :, None]
    return _gather(both, states, frames.probabilities.shape[2])


def _states(rows: Rows) -> Integers:
    """Blank, letter, blank, ... (pictures, states); beyond a text all are blanks, which no path reaches."""
    states = np.zeros((len(rows.lengths), 2 * rows.outputs.shape[1] + 1), np.int64)
    states[:, 1::2] = rows.outputs
    return states


def _emit(probabilities: NDArray[np.floating], states: Integers) -> Doubles:
    """What each state's output has in each frame: (frames, pictures, states)."""
    found = np.take_along_axis(
        probabilities, np.broadcast_to(states[:, None], (*probabilities.shape[:2], states.shape[1])), 2
    )
    return np.ascontiguousarray(found.swapaxes(0, 1), np.float64)


def _forward(emitted: Doubles, skips: NDArray[np.bool_]) -> Doubles:
    """The probability of each state after each frame, scaled so that a frame's sum to one."""
    found = np.zeros_like(emitted)
    found[0, :, :2] = emitted[0, :, :2]
    _scale(found[0])
    for t in range(1, len(emitted)):
        before, now = found[t - 1], found[t]
        now[:] = before
        now[:, 1:] += before[:, :-1]
        now[:, 2:] += before[:, :-2] * skips[:, 2:]
        now *= emitted[t]
        _scale(now)
    return found


def _backward(emitted: Doubles, skips: NDArray[np.bool_], ends: NDArray[np.bool_], lengths: Integers) -> Doubles:
    """How likely the rest of each picture's frames is from each state on, scaled in the same way."""
    found = np.zeros_like(emitted)
    for t in range(len(emitted) - 1, -1, -1):
        now = found[t]
        if t + 1 < len(emitted):
            after = found[t + 1] * emitted[t + 1]
            now[:] = after
            now[:, :-1] += after[:, 1:]
            now[:, :-2] += after[:, 2:] * skips[:, 2:]
        now[lengths == t + 1] = ends[lengths == t + 1]
        _scale(now)
    return found


def _scale(row: Doubles) -> None:
    row /= np.maximum(row.sum(axis=1, keepdims=True), _LEAST)


def _gather(states_share: Doubles, states: Integers, outputs: int) -> NDArray[np.float32]:
    """From (frames, pictures, states) to (pictures, frames, outputs): states of the same output count together."""
    steps, pictures, _ = states_share.shape
    found = np.zeros((steps, pictures, outputs), np.float32)
    found[:, :, 0] = states_share[:, :, ::2].sum(axis=2)
    picture = np.arange(pictures)
    for letter in range(1, states_share.shape[2], 2):
        found[:, picture, states[:, letter]] += states_share[:, :, letter].astype(np.float32)
    return np.ascontiguousarray(found.swapaxes(0, 1))
