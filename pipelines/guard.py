"""The guard of a card: how strongly the network answers what it was calibrated on, and what it does not know."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import numpy as np
from numpy.typing import NDArray

from longhand.datasets.synthetic.rendered import find_fonts
from longhand.datasets.synthetic.unfamiliar import CALIBRATED, draw_unfamiliar
from longhand.handwriting.errors import NoInk
from longhand.handwriting.images import Picture
from longhand.inference import Recogniser
from longhand.inference.guard import LEAST, SHARE, SURE, Strength, measure_strength
from longhand.learning.calibration import Doubles
from longhand.learning.prepared import Item
from longhand.tasks import CHARSETS, Charset, find
from pipelines.logits import Answer, interpret

DRAWN = 30
"""Pictures of each unfamiliar kind."""

ENOUGH = 100
"""Pictures of a charset, and accepted ones, from which it has values of its own."""

WEAK = 0.005
"""The share of all pictures that are weaker than `least`."""

KEPT_OUT = (0.01, 0.015, 0.02)
"""The shares of accepted pictures that `sure` may keep out: the first that suffices, else the last."""

LEFT = 0.005
"""The share of unfamiliar pictures that may remain accepted."""

Guard = dict[str, dict[str, float]]


@dataclass(frozen=True)
class _Seen:
    """Pictures as a charset reads them: their strengths and shares, and which are accepted."""

    strengths: Doubles
    shares: Doubles
    accepted: NDArray[np.bool_]


def answer_unfamiliar(recogniser: Recogniser, count: int = DRAWN) -> list[Answer]:
    """What a network answers to pictures that it does not know, in the font that matplotlib brings along."""
    fonts = find_fonts(Path(matplotlib.get_data_path()) / "fonts" / "ttf")
    answers = []
    for kind, pixels in draw_unfamiliar(CALIBRATED, fonts, count, find(recogniser.card.task).single):
        try:
            prepared = recogniser.prepare(Picture(pixels))
        except NoInk:
            continue
        item = Item("unfamiliar", kind, "", kind, "validation", *prepared.pixels.shape)
        answers.append(Answer(item, prepared, recogniser.logits([prepared])[0]))
    return answers


def choose_guard(recogniser: Recogniser, answers: Sequence[Answer], unfamiliar: Sequence[Answer]) -> Guard:
    """The guard for a card whose threshold is chosen: for all pictures, and for each charset of which there are enough.

    Where too few pictures are accepted to say more, `sure` is `least`.
    """
    guard = {Charset.FULL.value: _choose(recogniser, answers, unfamiliar, Charset.FULL)}
    for charset in (Charset.DIGITS, Charset.LOWERCASE, Charset.UPPERCASE):
        own = [one for one in answers if set(one.item.text) <= set(CHARSETS[charset] or "")]
        if len(own) >= ENOUGH and charset in find(recogniser.card.task).charsets:
            guard[charset.value] = _choose(recogniser, own, unfamiliar, charset)
    return guard


def _choose(
    recogniser: Recogniser, answers: Sequence[Answer], unfamiliar: Sequence[Answer], charset: Charset
) -> dict[str, float]:
    known, foreign = (_look(recogniser, pictures, charset) for pictures in (answers, unfamiliar))
    least = float(np.quantile(known.strengths, WEAK))
    plain, strange = known.accepted, foreign.accepted
    chosen = {LEAST: least, SURE: least}
    if plain.sum() >= ENOUGH:
        if charset != Charset.FULL:
            chosen[SHARE] = float(np.quantile(known.shares[plain], KEPT_OUT[-1]))
            strange = strange & (foreign.shares >= chosen[SHARE])
        values = [float(np.quantile(known.strengths[plain], share)) for share in KEPT_OUT]
        left = (value for value in values if (strange & (foreign.strengths >= value)).mean() <= LEFT)
        chosen[SURE] = max(least, next(left, values[-1]))
    return {key: round(value, 4) for key, value in chosen.items()}


def _look(recogniser: Recogniser, answers: Sequence[Answer], charset: Charset) -> _Seen:
    measured: list[Strength] = [measure_strength(one.logits, recogniser.card, charset) for one in answers]
    accepted = [one.accepted for one in interpret(recogniser, answers, charset)]
    return _Seen(
        np.array([one.strength for one in measured]),
        np.array([one.share for one in measured]),
        np.array(accepted, bool),
    )
