"""From a network's outputs to text (CTC: Graves et al., Connectionist Temporal Classification, 2006)."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Spelling:
    """Outputs that spell a text, with the frames that show each, first and last, and their probability there."""

    outputs: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    confidences: tuple[float, ...]


def log_softmax(logits: NDArray[np.floating], temperature: float = 1.0) -> Doubles:
    """Log probabilities along the last axis, of logits divided by a temperature above 0."""
    scaled = logits.astype(np.float64) / temperature
    scaled -= scaled.max(axis=-1, keepdims=True)
    return np.asarray(scaled - np.log(np.exp(scaled).sum(axis=-1, keepdims=True)), np.float64)


def decode_greedy(log_probabilities: Doubles) -> Spelling:
    """The spelling of the likeliest path through (frames, outputs), output 0 the blank."""
    return collapse(log_probabilities.argmax(axis=1), log_probabilities)


def collapse(path: NDArray[np.integer], log_probabilities: Doubles) -> Spelling:
    """The spelling of a path: repeats merged, blanks dropped."""
    edges = np.flatnonzero(np.diff(path, prepend=-1, append=-1))
    runs = [(int(path[a]), int(a), int(b) - 1) for a, b in itertools.pairwise(edges) if path[a] != 0]
    peaks = [float(np.exp(log_probabilities[a : b + 1, output].max())) for output, a, b in runs]
    return Spelling(tuple(r[0] for r in runs), tuple((r[1], r[2]) for r in runs), tuple(peaks))


def score_spellings(log_probabilities: Doubles, spellings: Sequence[Sequence[int]]) -> Doubles:
    """The exact log probability of each spelling under CTC: the sum over all paths that spell it.

    -inf where the frames do not suffice. Works on all spellings at once, in frames × longest steps.
    """
    longest = max((len(s) for s in spellings), default=0)
    states = np.zeros((len(spellings), 2 * longest + 1), np.int64)
    for row, spelling in zip(states, spellings, strict=True):
        row[1 : 2 * len(spelling) : 2] = spelling
    skip = np.zeros(states.shape, bool)
    skip[:, 3::2] = states[:, 3::2] != states[:, 1:-2:2]
    emitted = log_probabilities[:, states]
    forward = np.full(states.shape, -np.inf)
    forward[:, 0] = emitted[0, :, 0]
    forward[:, 1:2] = emitted[0, :, 1:2]
    with np.errstate(invalid="ignore"):
        for frame in emitted[1:]:
            forward = _advance(forward, skip) + frame
    ends = np.array([2 * len(s) for s in spellings], np.int64)
    rows = np.arange(len(spellings))
    before = np.where(ends > 0, forward[rows, np.maximum(ends - 1, 0)], -np.inf)
    return np.asarray(np.logaddexp(forward[rows, ends], before), np.float64)


def _advance(forward: Doubles, skip: NDArray[np.bool_]) -> Doubles:
    stepped = np.logaddexp(forward[:, 1:], forward[:, :-1])
    result = np.concatenate([forward[:, :1], stepped], axis=1)
    jumped = np.where(skip[:, 2:], forward[:, :-2], -np.inf)
    result[:, 2:] = np.logaddexp(result[:, 2:], jumped)
    return result


def propose(log_probabilities: Doubles, count: int) -> list[Spelling]:
    """The greedy spelling first, then those that follow when one of the least certain frames says its second choice."""
    path = log_probabilities.argmax(axis=1)
    best = np.take_along_axis(log_probabilities, path[:, None], 1)[:, 0]
    others = log_probabilities.copy()
    np.put_along_axis(others, path[:, None], -np.inf, 1)
    second = others.argmax(axis=1)
    loss = best - np.take_along_axis(others, second[:, None], 1)[:, 0]
    found = {(greedy := collapse(path, log_probabilities)).outputs: greedy}
    for frame in np.argsort(loss)[: 3 * count]:
        changed = path.copy()
        changed[frame] = second[frame]
        spelling = collapse(changed, log_probabilities)
        found.setdefault(spelling.outputs, spelling)
        if len(found) > count:
            break
    return list(found.values())
