"""The thresholds for entries of a lexicon: to be answered, and to be accepted."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from longhand.bundles.card import ALWAYS
from longhand.handwriting.ctc.lexicon import Lexicon, choose_fit
from longhand.handwriting.transcription import Transcription
from longhand.learning.calibration import choose_threshold
from pipelines.heldout import HeldOutSet

SURE, OTHER = 0.5, 0.5
"""A label counts as wrong where another picture's text is read with confidence SURE, and the share OTHER of letters
differs."""

_LONGEST = 40


def list_texts(held_out: Sequence[HeldOutSet]) -> list[str]:
    """The texts of the pictures that are short enough for entries of a lexicon."""
    texts = {a.item.text for one_set in held_out for a in one_set.answers}
    return sorted(text for text in texts if len(text) <= _LONGEST)


def find_mislabelled(one_set: HeldOutSet, readings: Sequence[Transcription], texts: Sequence[str]) -> NDArray[np.bool_]:
    """Marks the pictures whose label is another picture's, judged by their readings without a lexicon.

    Labels slip by a row now and then, and a right reading must not count as wrong for it.
    """
    known = set(texts)
    shown = zip(readings, (one.item.text for one in one_set.answers), strict=True)
    return np.array([r.confidence > SURE and r.text in known and _differ(r.text, text) for r, text in shown])


def _differ(text: str, other: str) -> bool:
    return Levenshtein.normalized_distance(text, other) > OTHER


def choose_entries(
    held_out: Sequence[HeldOutSet], mislabelled: Sequence[NDArray[np.bool_]], promised_error: float
) -> None:
    """Puts both thresholds into the first network's card.

    Half of the texts are the lexicon for all pictures, then the other half: each text is in it once, and missing once.
    """
    texts = np.random.default_rng(0).permutation(list_texts(held_out)).tolist()
    halves = texts[::2], texts[1::2]
    if not all(halves):
        return
    fits = [fit for half in halves for one_set in held_out for fit in _fits_outside(one_set, half)]
    held_out[0].change(lexicon_threshold=choose_fit(fits))
    judged = [
        _judge(one_set, wrong, half, held_out[0].recogniser.card.lexicon_threshold)
        for half in halves
        for one_set, wrong in zip(held_out, mislabelled, strict=True)
    ]
    confidences, right = (np.concatenate(values) for values in zip(*judged, strict=True))
    held_out[0].change(lexicon_acceptance=choose_threshold(confidences, right.astype(np.bool_), promised_error))


def _fits_outside(one_set: HeldOutSet, half: Sequence[str]) -> list[float]:
    """The fit of the best entry to each picture whose text is not in the lexicon."""
    listed = set(half)
    outside = [a for a in one_set.answers if a.item.text not in listed and len(a.item.text) <= _LONGEST]
    readings = HeldOutSet(one_set.recogniser, outside).read(Lexicon(half), lexicon_threshold=ALWAYS)
    return [reading.match.fit for reading in readings if reading.match is not None]


def _judge(
    one_set: HeldOutSet, mislabelled: NDArray[np.bool_], half: Sequence[str], threshold: float
) -> tuple[list[float], list[bool]]:
    """The confidence of each entry that is answered, and whether it is right; wrong labels are left out."""
    readings = one_set.read(Lexicon(half), lexicon_threshold=threshold)
    pairs = zip(readings, one_set.answers, mislabelled, strict=True)
    answered = [(r, one.item.text) for r, one, wrong in pairs if r.text and not wrong]
    return [reading.confidence for reading, _ in answered], [reading.text == text for reading, text in answered]
