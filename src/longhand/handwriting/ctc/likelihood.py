"""A network's outputs for many pictures side by side, and the exact probability of texts under them.

CTC: Graves et al., Connectionist Temporal Classification, 2006. Everything here works on all rows at once, and in
probabilities, not logarithms: an addition instead of a logarithm of sums makes it several times faster.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Integers = NDArray[np.int64]
Members = Sequence[Sequence[int]]

# Probabilities shrink with every frame. A double holds 10^-308, and a frame takes a factor of 10^-12 at the worst that
# matters, so rescaling every eighth frame keeps them far from zero; the logarithm of the scales is added at the end.
_RESCALED, _LEAST = 8, 1e-300


@dataclass(frozen=True)
class Frames:
    """Probabilities (pictures, frames, outputs), output 0 the blank; each picture has `lengths` frames of its own,
    the rest, at least one, are blanks for certain."""

    probabilities: NDArray[np.floating]
    lengths: Integers


@dataclass(frozen=True)
class Rows:
    """Texts as outputs, padded with blanks (rows, longest); `owners` is the picture that each is about."""

    outputs: Integers
    lengths: Integers
    owners: Integers


def stack(logits: Sequence[NDArray[np.floating]], temperature: float = 1.0, members: Members | None = None) -> Frames:
    """Raw answers (frames, outputs) each, side by side, divided by a temperature above 0.

    With `members`, the probability of output i is the sum over the outputs members[i]; all others are impossible.
    """
    lengths = np.array([len(rows) for rows in logits], np.int64)
    flat = np.concatenate(logits) / np.float32(temperature)
    if members is not None:
        flat = flat[:, [output for group in members for output in group]]
    flat = np.exp(flat - flat.max(axis=1, keepdims=True))
    flat /= flat.sum(axis=1, keepdims=True)
    if members is not None:
        flat = np.add.reduceat(flat, np.cumsum([0, *(len(group) for group in members[:-1])]), axis=1)
    probabilities = np.zeros((len(logits), int(lengths.max()) + 1, flat.shape[1]), flat.dtype)
    probabilities[:, :, 0] = 1
    probabilities[np.arange(probabilities.shape[1]) < lengths[:, None]] = flat
    return Frames(probabilities, lengths)


def pack(texts: Sequence[Sequence[int]], owners: Sequence[int] | Integers) -> Rows:
    """Texts of different lengths, each about a picture."""
    lengths = np.array([len(text) for text in texts], np.int64)
    outputs = np.zeros((len(texts), int(lengths.max(initial=0))), np.int64)
    outputs[np.arange(outputs.shape[1]) < lengths[:, None]] = [output for text in texts for output in text]
    return Rows(outputs, lengths, np.asarray(owners, np.int64))


def join(rows: Rows, others: Rows) -> Rows:
    """Rows of texts and others below them, padded to the longest of both."""
    longest = max(rows.outputs.shape[1], others.outputs.shape[1])
    outputs = [np.pad(one.outputs, ((0, 0), (0, longest - one.outputs.shape[1]))) for one in (rows, others)]
    lengths, owners = np.concatenate([rows.lengths, others.lengths]), np.concatenate([rows.owners, others.owners])
    return Rows(np.concatenate(outputs), lengths, owners)


def score(frames: Frames, rows: Rows) -> Doubles:
    """The exact log probability of each text: the sum over all paths that spell it.

    -inf where the frames do not suffice, or where the probability is below what a double can hold.
    """
    if not rows.outputs.size:
        return np.asarray(
            _logarithm(frames.probabilities[rows.owners, :, 0].astype(np.float64)).sum(axis=1), np.float64
        )
    labels = np.ascontiguousarray(rows.outputs.T)
    single = np.ones(labels.shape)
    single[1:] = labels[1:] != labels[:-1]
    return _run(frames, labels, rows.owners, single, rows.lengths)


def score_spellings(log_probabilities: Doubles, spellings: Sequence[Sequence[int]]) -> Doubles:
    """The exact log probability of each spelling under CTC: the sum over all paths that spell it.

    -inf where the frames do not suffice. Works on all spellings at once.
    """
    count, outputs = log_probabilities.shape
    probabilities = np.zeros((1, count + 1, outputs))
    probabilities[0, :-1], probabilities[0, -1, 0] = np.exp(log_probabilities), 1
    return score(Frames(probabilities, np.array([count])), pack(spellings, np.zeros(len(spellings), np.int64)))


def _run(frames: Frames, labels: Integers, owners: Integers, single: Doubles, lengths: Integers) -> Doubles:
    """The forward pass. `before` holds the probability of standing on the blank before each letter, or after the last
    one; `on` that of standing on a letter. They are kept apart, so that no row of states has to be interleaved.

    The letters beyond a row's length are blanks, which no path leaves, so padding changes nothing. `single` is 0 where
    a letter repeats the one before it: between these two a blank is required.
    """
    steps = int(frames.lengths[owners].max()) + 1
    probabilities = np.ascontiguousarray(frames.probabilities[:, :steps].swapaxes(0, 1), np.float64)
    blanks, flat = probabilities[:, owners, 0], probabilities.reshape(steps, -1)
    at, letter = labels + owners * frames.probabilities.shape[2], np.empty(labels.shape)
    before, on, come = np.zeros((len(labels) + 1, len(owners))), np.zeros(labels.shape), np.empty(labels.shape)
    before[0] = 1
    scale = np.zeros(len(owners))
    # Slices are made once, and nothing is allocated in the loop: for one picture, that is half the time.
    left, right, last, rest, moved = before[:-1], before[1:], on[:-1], come[1:], np.empty(single[1:].shape)
    for t, (blank, row) in enumerate(zip(blanks, flat, strict=True)):
        np.add(on, left, out=come)
        np.multiply(last, single[1:], out=moved)
        rest += moved
        right += on
        before *= blank
        row.take(at, out=letter, mode="clip")
        np.multiply(come, letter, out=on)
        if t % _RESCALED == _RESCALED - 1:
            top = np.maximum(np.maximum(before.max(axis=0), on.max(axis=0)), _LEAST)
            before /= top
            on /= top
            scale += np.log(top)
    return _logarithm(before[lengths, np.arange(len(lengths))]) + scale


def _logarithm(probabilities: Doubles) -> Doubles:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(probabilities), np.float64)
