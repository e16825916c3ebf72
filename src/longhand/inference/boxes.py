"""The boxes of a reading's characters in the picture."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from longhand.bundles.card import Card
from longhand.handwriting.ctc.likelihood import Doubles, Frames, Integers
from longhand.handwriting.preprocessing import Prepared
from longhand.handwriting.transcription import Box

Placed = tuple[int, float, Box]


def locate(frames: Frames, paths: Integers, prepared: Sequence[Prepared], card: Card) -> list[list[Placed]]:
    """For each picture the letters that its path, of (pictures, frames), spells: output, confidence and box.

    A letter's confidence is its highest probability; its box is as wide as its frames, widened to the middle between
    neighbours, and as high as the ink.
    """
    letter = paths > 0
    begins, ends = letter.copy(), letter.copy()
    begins[:, 1:] &= paths[:, 1:] != paths[:, :-1]
    ends[:, :-1] &= paths[:, 1:] != paths[:, :-1]
    owner, first = np.nonzero(begins)
    last = np.nonzero(ends)[1]
    probabilities = np.take_along_axis(frames.probabilities, paths[:, :, None], 2).ravel()
    spans = np.stack([owner * paths.shape[1] + first, owner * paths.shape[1] + last + 1], axis=1)
    closed = np.append(probabilities, 0.0)  # a letter may end with the last frame of the last picture
    peaks = np.maximum.reduceat(closed, spans.ravel())[::2] if len(owner) else np.zeros(0)
    boxes = _boxes(owner, first, last, frames.lengths, prepared, card)
    marks = list(zip(paths[owner, first].tolist(), peaks.tolist(), boxes, strict=True))
    edges = np.searchsorted(owner, np.arange(len(paths) + 1)).tolist()
    return [marks[a:b] for a, b in pairwise(edges)]


def _boxes(
    owner: Integers, first: Integers, last: Integers, lengths: Integers, prepared: Sequence[Prepared], card: Card
) -> list[Box]:
    """Boxes in pixels of the pictures as sent, of the letters that show in frames `first` to `last` of `owner`."""
    inner = owner[1:] == owner[:-1]
    middle = card.stride * (last[:-1] + 1 + first[1:]) / 2
    left, right = np.zeros(len(owner)), card.stride * lengths[owner].astype(np.float64)
    left[1:][inner], right[:-1][inner] = middle[inner], middle[inner]
    x0, y0, x1, y1 = np.array([one.box for one in prepared], np.float64)[owner].T
    scale = (x1 - x0) / np.maximum(1, np.array([one.width - 2 * card.margin for one in prepared]))[owner]

    def across(edge: Doubles) -> list[float]:
        return list(np.clip(x0 + (edge - card.margin) * scale, x0, x1).tolist())

    return list(zip(across(left), y0.tolist(), across(right), y1.tolist(), strict=True))
