"""What a confidence means, and from where on it is accepted: for words, and for lines.

More can be wrong in a line, and lines are rarer, so each kind has its own scale and keeps the promise by itself
(Mondrian or group-conditional calibration: Vovk et al., Algorithmic Learning in a Random World, 2005).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longhand.bundles.card import Scale, is_line
from longhand.handwriting.transcription import Transcription
from longhand.learning.calibration import NEVER, Doubles, choose_line, choose_threshold
from pipelines.heldout import LARGE, HeldOutSet

ENOUGH = 200
"""So many readings of a kind, words or lines, have a scale of their own."""


def choose_scales(held_out: Sequence[HeldOutSet]) -> None:
    """Chooses the line of log odds: most writers are harder than the few that chose the temperature. Readings of many
    words have one of their own, as more can be wrong in them."""
    read = _judge(held_out, [one_set.read() for one_set in held_out])
    apart = min(read.lines.sum(), (~read.lines).sum()) >= ENOUGH
    some = ~read.lines if apart else np.full(len(read.lines), True)
    slope, offset = choose_line(read.confidences[some], read.right[some])
    for one_set in held_out:
        one_set.change(confidence_slope=slope, confidence_offset=offset)
    if apart:
        slope, offset = choose_line(read.confidences[read.lines], read.right[read.lines])
        for one_set in held_out:
            one_set.change(lines=Scale(slope=slope, offset=offset, threshold=NEVER))


def choose_thresholds(
    held_out: Sequence[HeldOutSet],
    readings: Sequence[Sequence[Transcription]],
    mislabelled: Sequence[NDArray[np.bool_]],
    promised_error: float,
) -> dict[str, float]:
    """Puts the thresholds for words and for lines into the first card. Each keeps the promise over all pictures of its
    kind, and on each large set by itself."""
    kept = ~np.concatenate(list(mislabelled))
    read, own = _judge(held_out, readings).take(kept), held_out[0]
    lines = own.recogniser.card.lines
    some = read.lines & (lines is not None)
    threshold = _choose_threshold(read.take(~some), promised_error)
    accepted = ~some & (read.confidences >= threshold)
    own.change(threshold=threshold)
    if lines is not None:
        least = _choose_threshold(read.take(some), promised_error)
        own.change(lines=Scale(slope=lines["slope"], offset=lines["offset"], threshold=least))
        accepted |= some & (read.confidences >= least)
    return {
        "threshold": threshold,
        "coverage": float(accepted.mean()),
        "pictures": len(read.sets),
        "mislabelled": int((~kept).sum()),
    }


def _choose_threshold(read: "_Judged", promised_error: float) -> float:
    """The threshold that keeps the promise over some pictures, and on each large set among them."""
    parts = [read.sets == name for name in np.unique(read.sets) if (read.sets == name).sum() >= LARGE]
    parts += [np.full(len(read.sets), True)]
    return max(choose_threshold(read.confidences[part], read.right[part], promised_error) for part in parts)


@dataclass(frozen=True)
class _Judged:
    """Readings: the confidence of each, whether it is right, whether it is a line, and the set of its picture."""

    confidences: Doubles
    right: NDArray[np.bool_]
    lines: NDArray[np.bool_]
    sets: NDArray[np.str_]

    def take(self, some: NDArray[np.bool_]) -> "_Judged":
        """Some of them."""
        return _Judged(self.confidences[some], self.right[some], self.lines[some], self.sets[some])


def _judge(held_out: Sequence[HeldOutSet], readings: Sequence[Sequence[Transcription]]) -> _Judged:
    """The readings of all sets, one after the other."""
    pairs = [
        (reading, one.item)
        for one_set, read in zip(held_out, readings, strict=True)
        for reading, one in zip(read, one_set.answers, strict=True)
    ]
    return _Judged(
        np.array([reading.confidence for reading, _ in pairs]),
        np.array([reading.text == item.text for reading, item in pairs]),
        np.array([is_line(reading.text) for reading, _ in pairs]),
        np.array([item.set for _, item in pairs]),
    )
