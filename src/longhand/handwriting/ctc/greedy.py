"""From a network's outputs to text (CTC: Graves et al., Connectionist Temporal Classification, 2006)."""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
