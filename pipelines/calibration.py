"""Calibration of a trained network: the weight of its language, its temperature, and the threshold of acceptance."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import product

import numpy as np

from longhand.datasets.drawn import find_origin, is_drawn
from longhand.handwriting.metrics import score_texts
from longhand.inference import Recogniser
from longhand.tasks import find
from pipelines.acceptance import choose_entries, find_mislabelled, list_texts
from pipelines.guard import choose_guard
from pipelines.heldout import HeldOutSet, temper
from pipelines.logits import Answer
from pipelines.promise import choose_scales, choose_thresholds
from pipelines.suspicious import list_suspicious

WEIGHTS, BONUSES = (0.0, 0.15, 0.25, 0.35, 0.5, 0.65, 0.8), (0.0, 0.5, 1.0, 1.5, 2.0, 2.5)
_SOFTENED = 0.01
"""Is added to an error rate before its logarithm: what is read nearly without mistakes must not decide by a few."""

Place = tuple[int, int]


def settle(
    recogniser: Recogniser,
    answers: Sequence[Answer],
    promised_error: float,
    folds: Sequence[HeldOutSet] = (),
    texts: Collection[str] = (),
    unfamiliar: Sequence[Answer] = (),
    drawn: Sequence[Answer] = (),
) -> dict[str, object]:
    """Chooses all entries of a card that concern reading, and puts them into the recogniser's card.

    The language is chosen on the validation pictures, confidence and threshold on these and those of the folds.
    Pictures that people wrote decide, drawn ones only where there are no others. Pictures whose label is another
    picture's are left out of the promise. `texts` are others that a list could hold beside those of the pictures,
    `unfamiliar` pictures that no model reads: with them the card gets a guard. `drawn` pictures count for figures
    beside the few that people wrote.
    """
    own = HeldOutSet(recogniser, [a for a in answers if not is_drawn(a.item.set)] or list(answers))
    held_out = [own, *folds]
    figures = HeldOutSet(recogniser, drawn) if drawn else None
    temper([own])
    near = _choose_language(held_out, list(product(range(len(WEIGHTS)), range(len(BONUSES)))))
    temper(held_out)
    _choose_language(held_out, _list_around(near))
    task = find(recogniser.card.task)
    if not task.single:
        choose_scales(held_out, figures)
    known = list_texts(held_out) if task.lexicons else []
    readings = [one_set.read() for one_set in held_out]
    labels = {*known, *texts} if task.lexicons else known
    mislabelled = [find_mislabelled(one_set, read, labels) for one_set, read in zip(held_out, readings, strict=True)]
    chosen = choose_thresholds(held_out, readings, mislabelled, promised_error, figures)
    own.change(promised_error=promised_error)
    if known:
        choose_entries(held_out, mislabelled, promised_error, texts)
    if unfamiliar:
        own.change(guard=choose_guard(recogniser, own.answers, unfamiliar))
    suspicious = [
        line
        for one_set, read, wrong in zip(held_out, readings, mislabelled, strict=True)
        for line in list_suspicious(one_set.answers, read, wrong.tolist())
    ]
    return {**chosen, "suspicious": suspicious, **recogniser.card.calibration}


def _choose_language(held_out: Sequence[HeldOutSet], places: Sequence[Place]) -> Place:
    """Chooses the language's weight and bonus, by their places in the table, by the character error rate of the first
    network: about the geometric mean over the data sets, so that a hard one does not outweigh the others. Spoiled
    copies have no say. The temperature changes how much the network counts beside the language, so the two are chosen
    by turns, the second time near the first choice.
    """
    own = held_out[0]
    if not own.recogniser.card.language_sha256:
        return 0, 0

    originals = [one for one in own.answers if one.item.set == find_origin(one.item.set)]
    plain = HeldOutSet(own.recogniser, originals or own.answers)

    def errors(place: Place) -> float:
        readings = plain.read(language_weight=WEIGHTS[place[0]], language_bonus=BONUSES[place[1]])
        read: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for one, reading in zip(plain.answers, readings, strict=True):
            read[one.item.set].append((one.item.text, reading.text))
        rates = [score_texts(*zip(*pairs, strict=True)).cer for pairs in read.values()]
        return float(np.log(np.add(rates, _SOFTENED)).mean())

    best = min(places, key=errors)
    for one_set in held_out:
        one_set.change(language_weight=WEIGHTS[best[0]], language_bonus=BONUSES[best[1]])
    return best


def _list_around(place: Place) -> list[Place]:
    """A place of the table of weights and bonuses, and those beside it."""
    rows, columns = (
        range(max(0, at - 1), min(len(values), at + 2)) for at, values in zip(place, (WEIGHTS, BONUSES), strict=True)
    )
    return list(product(rows, columns))
