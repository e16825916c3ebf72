"""How a trained network is to be read: its language's weight, its temperature, and from when on it may be believed."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from itertools import product
from typing import Any

import numpy as np

from longhand.datasets.catalogue import is_drawn
from longhand.handwriting.lexicon import Lexicon, choose_fit
from longhand.handwriting.metrics import score_texts
from longhand.inference import Recogniser
from longhand.learning.calibration import Calibration, calibrate, choose_threshold
from pipelines.answers import Answer, interpret

WEIGHTS, BONUSES = (0.0, 0.15, 0.25, 0.35, 0.5, 0.65), (0.0, 0.5, 1.0, 1.5)
LARGE = 400
"""A set of so many pictures must keep the promise by itself; smaller ones keep it together with all others."""

_LONGEST = 40


def settle(recogniser: Recogniser, answers: Sequence[Answer], promised_error: float) -> dict[str, Any]:
    """Choose all that a card says about reading, on the answers to the validation pictures, and put it into the
    recogniser's card. What people wrote decides; what was drawn does only where there is nothing else."""
    kept = [a for a in answers if not is_drawn(a.item.set)] or list(answers)
    first = calibrate(lambda t: _confidences(recogniser, kept, temperature=t), promised_error)
    _change(recogniser, temperature=first.temperature)
    if recogniser.card.language_sha256:
        _choose_language(recogniser, kept)
    calibration = calibrate(lambda t: _confidences(recogniser, kept, temperature=t), promised_error)
    _change(recogniser, temperature=calibration.temperature)
    calibration = _strictest(recogniser, kept, calibration)
    _change(recogniser, threshold=calibration.threshold, promised_error=promised_error)
    if recogniser.card.task == "text":
        _choose_fit(recogniser, kept)
    card = recogniser.card
    return asdict(calibration) | {
        "language_weight": card.language_weight,
        "language_bonus": card.language_bonus,
        "lexicon_threshold": card.lexicon_threshold,
    }


def _choose_language(recogniser: Recogniser, answers: Sequence[Answer]) -> None:
    """The weight and bonus of the language with which fewest characters are misread, on average over the sets."""

    def errors(choice: tuple[float, float]) -> float:
        with _changed(recogniser, language_weight=choice[0], language_bonus=choice[1]):
            readings = interpret(recogniser, answers)
        read: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for one, reading in zip(answers, readings, strict=True):
            read[one.item.set].append((one.item.text, reading.text))
        return float(np.mean([score_texts(*zip(*pairs, strict=True)).cer for pairs in read.values()]))

    weight, bonus = min(product(WEIGHTS, BONUSES), key=errors)
    _change(recogniser, language_weight=weight, language_bonus=bonus)


def _strictest(recogniser: Recogniser, answers: Sequence[Answer], calibration: Calibration) -> Calibration:
    """The calibration with the threshold that keeps the promise over all, and on each large set by itself."""
    confidences, right = map(np.asarray, _confidences(recogniser, answers))
    sets = np.array([a.item.set for a in answers])
    large = [name for name in np.unique(sets) if (sets == name).sum() >= LARGE]
    promised = calibration.promised_error
    thresholds = [choose_threshold(confidences[sets == name], right[sets == name], promised) for name in large]
    threshold = max([calibration.threshold, *thresholds])
    return replace(calibration, threshold=threshold, coverage=float((confidences >= threshold).mean()))


def _choose_fit(recogniser: Recogniser, answers: Sequence[Answer]) -> None:
    """From when on an entry of a lexicon is answered: half of the texts are the list for the pictures of the others."""
    short = [a for a in answers if len(a.item.text) <= _LONGEST]
    texts = np.random.default_rng(0).permutation(sorted({a.item.text for a in short})).tolist()
    halves = texts[::2], texts[1::2]
    if not all(halves):
        return
    fits: list[float] = []
    for listed, others in (halves, halves[::-1]):
        outside = [a for a in short if a.item.text in set(others)]
        found = (r.match for r in interpret(recogniser, outside, lexicon=Lexicon(listed)))
        fits += [match.fit for match in found if match is not None]
    _change(recogniser, lexicon_threshold=choose_fit(fits))


def _confidences(recogniser: Recogniser, answers: Sequence[Answer], **changes: Any) -> tuple[list[float], list[bool]]:
    with _changed(recogniser, **changes):
        readings = interpret(recogniser, answers)
    return [r.confidence for r in readings], [r.text == a.item.text for r, a in zip(readings, answers, strict=True)]


def _change(recogniser: Recogniser, **changes: Any) -> None:
    recogniser.card = replace(recogniser.card, **changes)


@contextmanager
def _changed(recogniser: Recogniser, **changes: Any) -> Iterator[None]:
    """A recogniser with other values in its card, for a while."""
    card = recogniser.card
    _change(recogniser, **changes)
    yield
    recogniser.card = card
