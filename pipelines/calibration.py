"""How a trained network is to be read: its language's weight, its temperature, and from when on it may be believed."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from longhand.datasets.catalogue import is_drawn
from longhand.handwriting.lexicon import Lexicon, choose_fit
from longhand.handwriting.metrics import score_texts
from longhand.inference import Recogniser
from longhand.learning.calibration import choose_temperature, choose_threshold
from pipelines.answers import Answer, interpret

WEIGHTS, BONUSES = (0.0, 0.15, 0.25, 0.35, 0.5, 0.65, 0.8), (0.0, 0.5, 1.0, 1.5, 2.0)
LARGE = 400
"""A set of so many pictures must keep the promise by itself; smaller ones keep it together with all others."""

_LONGEST, _LEAST = 40, 1e-4


@dataclass(frozen=True)
class Panel:
    """A network with its answers to pictures of hands that it has never seen."""

    recogniser: Recogniser
    answers: Sequence[Answer]

    def judge(self, **changes: Any) -> tuple[list[float], list[bool]]:
        """The confidence of each reading, and whether it is right, with other values in the card."""
        with _changed(self.recogniser, **changes):
            readings = interpret(self.recogniser, self.answers)
        right = [reading.text == one.item.text for reading, one in zip(readings, self.answers, strict=True)]
        return [reading.confidence for reading in readings], right

    def temper(self) -> None:
        """Put the temperature that fits into the card."""
        _change(self.recogniser, temperature=choose_temperature(lambda t: self.judge(temperature=t)))


def settle(
    recogniser: Recogniser, answers: Sequence[Answer], promised_error: float, folds: Sequence[Panel] = ()
) -> dict[str, Any]:
    """Choose all that a card says about reading, and put it into the recogniser's card.

    Its answers to the validation pictures choose how it reads; together with those of the folds, each with its own
    temperature, they tell from when on a reading may be believed. What people wrote decides; what was drawn does only
    where there is nothing else.
    """
    own = Panel(recogniser, [a for a in answers if not is_drawn(a.item.set)] or list(answers))
    own.temper()
    if recogniser.card.language_sha256:
        _choose_language(own)
        own.temper()
    for fold in folds:
        language = {key: getattr(recogniser.card, key) for key in ("language_weight", "language_bonus")}
        _change(fold.recogniser, **language)
        fold.temper()
    told = _choose_threshold([own, *folds], promised_error)
    _change(recogniser, threshold=told["threshold"], promised_error=promised_error)
    if recogniser.card.task == "text":
        _choose_fit([own, *folds])
    chosen = ("temperature", "promised_error", "language_weight", "language_bonus", "lexicon_threshold")
    return told | {key: getattr(recogniser.card, key) for key in chosen}


def _choose_language(panel: Panel) -> None:
    """The weight and bonus of the language with which fewest characters are misread, each set compared with itself:
    the geometric mean over the sets, of which no hard one drowns the others."""

    def errors(choice: tuple[float, float]) -> float:
        with _changed(panel.recogniser, language_weight=choice[0], language_bonus=choice[1]):
            readings = interpret(panel.recogniser, panel.answers)
        read: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for one, reading in zip(panel.answers, readings, strict=True):
            read[one.item.set].append((one.item.text, reading.text))
        rates = [score_texts(*zip(*pairs, strict=True)).cer for pairs in read.values()]
        return float(np.log(np.maximum(rates, _LEAST)).mean())

    weight, bonus = min(product(WEIGHTS, BONUSES), key=errors)
    _change(panel.recogniser, language_weight=weight, language_bonus=bonus)


def _choose_threshold(panels: Sequence[Panel], promised_error: float) -> dict[str, Any]:
    """The threshold that keeps the promise over all pictures, and on each large set by itself."""
    judged = [panel.judge() for panel in panels]
    confidences = np.concatenate([confidences for confidences, _ in judged])
    right = np.concatenate([right for _, right in judged])
    sets = np.array([one.item.set for panel in panels for one in panel.answers])
    parts = [sets == name for name in np.unique(sets) if (sets == name).sum() >= LARGE]
    parts += [np.full(len(sets), True)]
    threshold = max(choose_threshold(confidences[part], right[part], promised_error) for part in parts)
    return {"threshold": threshold, "coverage": float((confidences >= threshold).mean()), "pictures": len(sets)}


def _choose_fit(panels: Sequence[Panel]) -> None:
    """From when on an entry of a lexicon is answered: half of the texts are the list for the pictures of the others."""
    short = {a.item.text for panel in panels for a in panel.answers if len(a.item.text) <= _LONGEST}
    texts = np.random.default_rng(0).permutation(sorted(short)).tolist()
    if len(texts) < 2:
        return
    fits: list[float] = []
    for listed in (texts[::2], texts[1::2]):
        others, lexicon = short - set(listed), Lexicon(listed)
        for panel in panels:
            outside = [a for a in panel.answers if a.item.text in others]
            found = (r.match for r in interpret(panel.recogniser, outside, lexicon=lexicon))
            fits += [match.fit for match in found if match is not None]
    _change(panels[0].recogniser, lexicon_threshold=choose_fit(fits))


def _change(recogniser: Recogniser, **changes: Any) -> None:
    recogniser.card = replace(recogniser.card, **changes)


@contextmanager
def _changed(recogniser: Recogniser, **changes: Any) -> Iterator[None]:
    """A recogniser with other values in its card, for a while."""
    card = recogniser.card
    _change(recogniser, **changes)
    yield
    recogniser.card = card
