"""What a confidence means, and from where on it is accepted: for words, for lines, and for figures.

More can be wrong in a line, and no language finds a wrong digit. So each kind has its own scale and keeps the promise
by itself (Mondrian or group-conditional calibration: Vovk et al., Algorithmic Learning in a Random World, 2005).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longhand.bundles.card import FIGURES, LINES, WORDS, Scale, find_kind
from longhand.handwriting.transcription import Transcription
from longhand.learning.calibration import NEVER, Doubles, choose_line, choose_threshold
from pipelines.heldout import LARGE, HeldOutSet

ENOUGH = 200
"""So many readings of a kind have a scale of their own."""

_APART = (LINES, FIGURES)


def choose_scales(held_out: Sequence[HeldOutSet], drawn: HeldOutSet | None = None) -> None:
    """Chooses the line of log odds: most writers are harder than the few that chose the temperature. Lines and figures
    have one of their own where there are enough of them; `drawn` pictures only count for figures."""
    read = _judge(held_out, [one_set.read() for one_set in held_out])
    if drawn:
        read = read.join(_judge_figures(drawn))
    apart = [kind for kind in _APART if ENOUGH <= (read.kinds == kind).sum() <= len(read.kinds) - ENOUGH]
    some = ~np.isin(read.kinds, apart)
    slope, offset = choose_line(read.confidences[some], read.right[some])
    for one_set in held_out:
        one_set.change(confidence_slope=slope, confidence_offset=offset)
    for kind in apart:
        own = read.take_kind(kind)
        slope, offset = choose_line(own.confidences, own.right)
        for one_set in held_out:
            one_set.change(**{kind: Scale(slope=slope, offset=offset, threshold=NEVER)})


def choose_thresholds(
    held_out: Sequence[HeldOutSet],
    readings: Sequence[Sequence[Transcription]],
    mislabelled: Sequence[NDArray[np.bool_]],
    promised_error: float,
    drawn: HeldOutSet | None = None,
) -> dict[str, float]:
    """Puts the thresholds of all kinds into the first card. Each keeps the promise over all pictures of its kind, and
    on each large set by itself."""
    kept = ~np.concatenate(list(mislabelled))
    read, own = _judge(held_out, readings).take(kept), held_out[0]
    scales = {kind: scale for kind in _APART if (scale := getattr(own.recogniser.card, kind)) is not None}
    threshold = _choose_threshold(read.take(~np.isin(read.kinds, list(scales))), promised_error)
    own.change(threshold=threshold)
    least = dict.fromkeys((WORDS, *_APART), threshold)
    for kind, scale in scales.items():
        some = read.take_kind(kind)
        if drawn and kind == FIGURES:
            some = some.join(_judge_figures(drawn))
        least[kind] = _choose_threshold(some, promised_error)
        own.change(**{kind: Scale(slope=scale["slope"], offset=scale["offset"], threshold=least[kind])})
    accepted = read.confidences >= np.array([least[kind] for kind in read.kinds.tolist()])
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


def _judge_figures(drawn: HeldOutSet) -> "_Judged":
    """The readings of drawn pictures that are figures."""
    return _judge([drawn], [drawn.read()]).take_kind(FIGURES)


@dataclass(frozen=True)
class _Judged:
    """Readings: the confidence of each, whether it is right, its kind, and the set of its picture."""

    confidences: Doubles
    right: NDArray[np.bool_]
    kinds: NDArray[np.str_]
    sets: NDArray[np.str_]

    def take(self, some: NDArray[np.bool_]) -> "_Judged":
        """Some of them."""
        return _Judged(self.confidences[some], self.right[some], self.kinds[some], self.sets[some])

    def take_kind(self, kind: str) -> "_Judged":
        """Those of a kind."""
        return self.take(self.kinds == kind)

    def join(self, other: "_Judged") -> "_Judged":
        """These and others."""
        pairs = ((getattr(self, name), getattr(other, name)) for name in ("confidences", "right", "kinds", "sets"))
        return _Judged(*(np.concatenate(pair) for pair in pairs))


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
        np.array([find_kind(reading.text) for reading, _ in pairs]),
        np.array([item.set for _, item in pairs]),
    )
