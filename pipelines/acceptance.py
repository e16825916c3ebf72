"""The thresholds for entries of a lexicon: to be answered, and to be accepted."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longhand.bundles.card import ALWAYS
from longhand.handwriting.ctc.lexicon import Lexicon, choose_fit
from longhand.handwriting.transcription import Transcription
from longhand.learning.calibration import choose_odds, choose_threshold
from pipelines.heldout import LARGE, HeldOutSet
from pipelines.suspicious import is_suspicious

_LONGEST = 40


def list_texts(held_out: Sequence[HeldOutSet]) -> list[str]:
    """The texts of the pictures that are short enough for entries of a lexicon."""
    texts = {a.item.text for one_set in held_out for a in one_set.answers}
    return sorted(text for text in texts if len(text) <= _LONGEST)


def find_mislabelled(
    one_set: HeldOutSet, readings: Sequence[Transcription], texts: Collection[str]
) -> NDArray[np.bool_]:
    """Marks the pictures whose label is another picture's, judged by their readings without a lexicon: a right reading
    must not count as wrong for it."""
    known = set(texts)
    shown = zip(readings, (one.item.text for one in one_set.answers), strict=True)
    return np.array([is_suspicious(reading.text, reading.confidence, text, known) for reading, text in shown])


def choose_entries(
    held_out: Sequence[HeldOutSet],
    mislabelled: Sequence[NDArray[np.bool_]],
    promised_error: float,
    texts: Collection[str] = (),
) -> None:
    """Puts the odds of entries and both thresholds into every card; those of the first network count.

    Half of the texts, of the pictures and other `texts`, are the lexicon for all pictures, then the other half: each
    text is in it once, and missing once.
    """
    every = sorted({*list_texts(held_out), *(text for text in texts if len(text) <= _LONGEST)})
    order = np.random.default_rng(0).permutation(every).tolist()
    halves = order[::2], order[1::2]
    if not all(halves):
        return
    cases = [(one_set, wrong, half) for half in halves for one_set, wrong in zip(held_out, mislabelled, strict=True)]
    best = [match for case in cases for match in _match(*case)]
    odds = _choose_odds(best)
    for one_set in held_out:
        one_set.change(lexicon_odds=odds, lexicon_threshold=_choose_least(best, odds))
    judged = [_judge(*case) for case in cases]
    confidences, right = (np.concatenate(values) for values in zip(*judged, strict=True))
    acceptance = choose_threshold(confidences, right.astype(np.bool_), promised_error)
    held_out[0].change(lexicon_acceptance=acceptance)


@dataclass(frozen=True)
class _Best:
    """The best entry for a picture of a set: fit, lead and 1, whether it is the picture's text, whether the lexicon
    lists that text, and whether the label is another picture's."""

    set: str
    evidence: tuple[float, float, float]
    right: bool
    listed: bool
    mislabelled: bool


def _match(one_set: HeldOutSet, mislabelled: NDArray[np.bool_], half: Sequence[str]) -> Iterator[_Best]:
    """The best entry for each picture whose text could be one."""
    listed = set(half)
    readings = one_set.read(Lexicon(half), lexicon_threshold=ALWAYS, lexicon_odds=[1.0, 0.0, 0.0])
    for reading, one, wrong in zip(readings, one_set.answers, mislabelled.tolist(), strict=True):
        match, text = reading.match, one.item.text
        if len(text) <= _LONGEST and match is not None and match.entry is not None:
            evidence = (match.fit, match.lead, 1.0)
            yield _Best(one.item.set, evidence, match.entry == text, text in listed, wrong)


def _choose_odds(best: Sequence[_Best]) -> list[float]:
    """How fit and lead predict that the best entry is right. Sets count by the root of their size, so that one large
    set does not decide for the writers of all others."""
    kept = [one for one in best if not one.mislabelled]
    sizes = Counter(one.set for one in kept)
    weights = np.array([sizes[one.set] ** -0.5 for one in kept])
    return choose_odds(np.array([one.evidence[:2] for one in kept]), np.array([one.right for one in kept]), weights)


def _choose_least(best: Sequence[_Best], odds: Sequence[float]) -> float:
    """The least odds that are answered: for all pictures whose text is not listed, and for those of each large set."""
    outside = [one for one in best if not one.listed]
    parts = [[one for one in outside if one.set == name] for name in {one.set for one in outside}]
    parts = [outside, *(part for part in parts if len(part) >= LARGE)]
    return max(choose_fit([float(np.dot(odds, one.evidence)) for one in part]) for part in parts)


def _judge(one_set: HeldOutSet, mislabelled: NDArray[np.bool_], half: Sequence[str]) -> tuple[list[float], list[bool]]:
    """The confidence of each entry that is answered, and whether it is right; wrong labels are left out."""
    readings = one_set.read(Lexicon(half))
    pairs = zip(readings, one_set.answers, mislabelled, strict=True)
    answered = [(r, one.item.text) for r, one, wrong in pairs if r.text and not wrong]
    return [reading.confidence for reading, _ in answered], [reading.text == text for reading, text in answered]
