"""Calibration of a fine-tuned network, and how well it reads beside the one that it began as."""

from collections import defaultdict
from dataclasses import dataclass

from longhand.handwriting.metrics import score_texts
from longhand.inference import Recogniser, load
from longhand.learning.prepared import PreparedSet
from pipelines.heldout import HeldOutSet, temper
from pipelines.logits import answer
from pipelines.tuning.pictures import CORRECTIONS
from pipelines.tuning.request import Request


@dataclass(frozen=True)
class Calibrated:
    """The temperature of the new network, and its figures."""

    temperature: float
    metrics: dict[str, float]


def calibrate(request: Request, data: PreparedSet) -> Calibrated:
    """The temperature by which the new network is as sure of held-out pictures as the one that it began as.

    That one was calibrated on more pictures than lie here, some of them by networks that had not seen their writers.
    So its temperature is kept but for what has changed: the best one for the new network on these pictures, divided by
    the best one for the old network on the same pictures.
    """
    before, after = (load(folder, engine="onnxruntime") for folder in (request.start, request.folder("bundle")))
    fitted = [_fit(recogniser, data) for recogniser in (before, after)]
    temperature = request.card.temperature * fitted[1] / fitted[0]
    after.card = request.card
    HeldOutSet(after, []).change(temperature=temperature)
    before.card = request.card
    return Calibrated(temperature, {**_measure(before, data, "before"), **_measure(after, data, "after")})


def _fit(recogniser: Recogniser, data: PreparedSet) -> float:
    """The best temperature on the held-out pictures."""
    temper([HeldOutSet(recogniser, list(answer(recogniser, data, data.select("validation"))))])
    return recogniser.card.temperature


def _measure(recogniser: Recogniser, data: PreparedSet, when: str) -> dict[str, float]:
    """The character error rate on the held-out pictures of each set, and on the corrections, which it learned from."""
    items = [*data.select("validation"), *(item for item in data.select("train") if item.set == CORRECTIONS)]
    held_out = HeldOutSet(recogniser, list(answer(recogniser, data, items)))
    pairs: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for one, reading in zip(held_out.answers, held_out.read(), strict=True):
        pairs[one.item.set].append((one.item.text, reading.text))
    return {
        f"{name}.cer_{when}": round(score_texts(*zip(*texts, strict=True)).cer, 5)
        for name, texts in sorted(pairs.items())
    }
