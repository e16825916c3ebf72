"""When an entry of a lexicon is answered, and when it is accepted."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from longhand.bundles.card import ALWAYS
from longhand.handwriting.ctc.lexicon import Lexicon, choose_fit
from longhand.handwriting.transcription import Transcription
from longhand.learning.calibration import choose_threshold
from pipelines.heldout import Panel

SURE, OTHER = 0.5, 0.5
"""The confidence from which on a text certainly stands there, and the share of letters from which on it is another."""

_LONGEST = 40


def list_texts(panels: Sequence[Panel]) -> list[str]:
    """The texts of the pictures that are short enough for entries of a list."""
    texts = {a.item.text for panel in panels for a in panel.answers}
    return sorted(text for text in texts if len(text) <= _LONGEST)


def find_mislabelled(panel: Panel, readings: Sequence[Transcription], texts: Sequence[str]) -> NDArray[np.bool_]:
    """Which pictures, by their readings, surely show another of the texts than their label says, without a list to
    choose from: labels go astray where they slip by a row, and a right reading must not count as wrong for it."""
    known = set(texts)
    shown = zip(readings, (one.item.text for one in panel.answers), strict=True)
    return np.array([r.confidence > SURE and r.text in known and _differ(r.text, text) for r, text in shown])


def _differ(text: str, other: str) -> bool:
    return Levenshtein.normalized_distance(text, other) > OTHER


def choose_entries(panels: Sequence[Panel], mislabelled: Sequence[NDArray[np.bool_]], promised_error: float) -> None:
    """Put into the first panel's card from when on an entry is answered, and from when on it is accepted.

    Half of the texts are the list for all pictures, then the other half: each picture's text is once in it, once not.
    """
    texts = np.random.default_rng(0).permutation(list_texts(panels)).tolist()
    halves = texts[::2], texts[1::2]
    if not all(halves):
        return
    fits = [fit for half in halves for panel in panels for fit in _fits_outside(panel, half)]
    panels[0].change(lexicon_threshold=choose_fit(fits))
    judged = [
        _judge(panel, wrong, half, panels[0].recogniser.card.lexicon_threshold)
        for half in halves
        for panel, wrong in zip(panels, mislabelled, strict=True)
    ]
    confidences, right = (np.concatenate(values) for values in zip(*judged, strict=True))
    panels[0].change(lexicon_acceptance=choose_threshold(confidences, right.astype(np.bool_), promised_error))


def _fits_outside(panel: Panel, half: Sequence[str]) -> list[float]:
    """How well the best entry fits each picture whose text is not in the list."""
    listed = set(half)
    outside = [a for a in panel.answers if a.item.text not in listed and len(a.item.text) <= _LONGEST]
    readings = Panel(panel.recogniser, outside).read(Lexicon(half), lexicon_threshold=ALWAYS)
    return [reading.match.fit for reading in readings if reading.match is not None]


def _judge(
    panel: Panel, mislabelled: NDArray[np.bool_], half: Sequence[str], threshold: float
) -> tuple[list[float], list[bool]]:
    """The confidence of each entry that is answered, and whether it is right; without what is labelled wrongly."""
    readings = panel.read(Lexicon(half), lexicon_threshold=threshold)
    pairs = zip(readings, panel.answers, mislabelled, strict=True)
    answered = [(r, one.item.text) for r, one, wrong in pairs if r.text and not wrong]
    return [reading.confidence for reading, _ in answered], [reading.text == text for reading, text in answered]
