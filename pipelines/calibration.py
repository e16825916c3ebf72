"""How a trained network is to be read: its language's weight, its temperature, and from when on it may be believed."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longhand.datasets.drawn import is_drawn
from longhand.handwriting.metrics import score_texts
from longhand.handwriting.transcription import Transcription
from longhand.inference import Recogniser
from longhand.learning.calibration import Doubles, choose_line, choose_threshold
from longhand.tasks import find
from pipelines.heldout import Panel, judge_all, temper
from pipelines.lexicons import choose_entries, find_mislabelled, list_texts
from pipelines.logits import Answer

WEIGHTS, BONUSES = (0.0, 0.15, 0.25, 0.35, 0.5, 0.65, 0.8), (0.0, 0.5, 1.0, 1.5, 2.0)
LARGE = 400
"""A set of so many pictures must keep the promise by itself; smaller ones keep it together with all others."""

_LEAST = 1e-4


def settle(
    recogniser: Recogniser, answers: Sequence[Answer], promised_error: float, folds: Sequence[Panel] = ()
) -> dict[str, Any]:
    """Choose all that a card says about reading, and put it into the recogniser's card.

    Its answers to the validation pictures choose how it reads; together with those of the folds they tell how far, and
    from when on, a reading may be believed. What people wrote decides; what was drawn does only
    where there is nothing else. Pictures whose label is that of another one make no promise harder to keep.
    """
    own = Panel(recogniser, [a for a in answers if not is_drawn(a.item.set)] or list(answers))
    panels = [own, *folds]
    temper([own])
    _choose_language(panels)
    temper(panels)
    _choose_language(panels)
    task = find(recogniser.card.task)
    if not task.single:
        _choose_line(panels)
    texts = list_texts(panels) if task.lexicons else []
    readings = [panel.read() for panel in panels]
    mislabelled = [find_mislabelled(panel, read, texts) for panel, read in zip(panels, readings, strict=True)]
    chosen = _choose_threshold(panels, readings, mislabelled, promised_error)
    own.change(threshold=chosen["threshold"], promised_error=promised_error)
    if texts:
        choose_entries(panels, mislabelled, promised_error)
    return {**chosen, **recogniser.card.calibration}


def _choose_language(panels: Sequence[Panel]) -> None:
    """The weight and bonus of the language with which the first panel misreads fewest characters, each set compared
    with itself: the geometric mean over the sets, of which no hard one drowns the others. A temperature makes the
    network's word count for more or less beside the language's, so that they are chosen by turns."""
    own = panels[0]
    if not own.recogniser.card.language_sha256:
        return

    def errors(choice: tuple[float, float]) -> float:
        readings = own.read(language_weight=choice[0], language_bonus=choice[1])
        read: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for one, reading in zip(own.answers, readings, strict=True):
            read[one.item.set].append((one.item.text, reading.text))
        rates = [score_texts(*zip(*pairs, strict=True)).cer for pairs in read.values()]
        return float(np.log(np.maximum(rates, _LEAST)).mean())

    weight, bonus = min(product(WEIGHTS, BONUSES), key=errors)
    for panel in panels:
        panel.change(language_weight=weight, language_bonus=bonus)


def _choose_line(panels: Sequence[Panel]) -> None:
    """How far a confidence may be believed: most hands are harder than the few that chose the temperature."""
    slope, offset = choose_line(*judge_all(panels))
    for panel in panels:
        panel.change(confidence_slope=slope, confidence_offset=offset)


def _choose_threshold(
    panels: Sequence[Panel],
    readings: Sequence[Sequence[Transcription]],
    mislabelled: Sequence[NDArray[np.bool_]],
    promised_error: float,
) -> dict[str, Any]:
    """The threshold that keeps the promise over all pictures, and on each large set by itself."""
    kept = ~np.concatenate(list(mislabelled))
    confidences, right = (values[kept] for values in _judge(panels, readings))
    sets = np.array([one.item.set for panel in panels for one in panel.answers])[kept]
    parts = [sets == name for name in np.unique(sets) if (sets == name).sum() >= LARGE]
    parts += [np.full(len(sets), True)]
    threshold = max(choose_threshold(confidences[part], right[part], promised_error) for part in parts)
    return {
        "threshold": threshold,
        "coverage": float((confidences >= threshold).mean()),
        "pictures": len(sets),
        "mislabelled": int((~kept).sum()),
    }


def _judge(panels: Sequence[Panel], readings: Sequence[Sequence[Transcription]]) -> tuple[Doubles, NDArray[np.bool_]]:
    """The confidence of every reading, and whether it is right."""
    pairs = [
        (reading, one.item.text)
        for panel, read in zip(panels, readings, strict=True)
        for reading, one in zip(read, panel.answers, strict=True)
    ]
    return np.array([r.confidence for r, _ in pairs]), np.array([r.text == text for r, text in pairs])
