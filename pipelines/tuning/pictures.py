"""The pictures of a fine-tune as its network sees them: corrections, and what is replayed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from longhand.datasets.formats import read
from longhand.datasets.sample import Sample
from longhand.handwriting.alphabet import normalise
from longhand.handwriting.errors import PictureError
from longhand.handwriting.images import decode
from longhand.handwriting.preprocessing import preprocessing
from longhand.inference import Recogniser
from longhand.learning.prepared import Item, PreparedSet, write_prepared
from longhand.tasks import find
from pipelines.logits import answer, interpret
from pipelines.tuning.request import Request

CORRECTIONS = "corrections"
"""The set of the corrected pictures, whatever set their version calls them."""

Pixels = NDArray[np.uint8]
Pictures = list[tuple[Item, Pixels]]


def prepare_corrections(request: Request, left_out: Counter[str]) -> Pictures:
    """The corrected pictures, all to train on.

    A text with a character that the network cannot write teaches it wrong: it is counted in `left_out`, and is there
    for the next full training.
    """
    samples = read(request.corrections, CORRECTIONS, "lines", dropped=left_out)
    writable = (sample for sample in samples if _is_writable(request, sample.text, left_out))
    return list(prepare(request, (replace(sample, split="train") for sample in writable), left_out))


def prepare(request: Request, samples: Iterable[Sample], left_out: Counter[str]) -> Iterator[tuple[Item, Pixels]]:
    """The pictures as the network sees them; those that cannot be had or show no ink are counted in `left_out`."""
    convert = preprocessing(request.card.preprocessing)
    for sample in samples:
        try:
            pixels = convert(decode(sample.read())).pixels
        except (PictureError, OSError):
            left_out["unreadable"] += 1
            continue
        height, width = pixels.shape
        yield (
            Item(sample.set, sample.name, normalise(sample.text), sample.group, sample.split, height, width),
            pixels,
        )


def distil(recogniser: Recogniser, data: PreparedSet, left_out: Counter[str]) -> Iterator[tuple[Item, Pixels]]:
    """The same pictures; those to train on with what the network reads in them as their texts (Kim and Rush,
    Sequence-Level Knowledge Distillation, 2016): it is held to itself, not drawn to how a program writes."""
    yield from ((item, data.pixels(item)) for item in data.select("validation"))
    answers = list(answer(recogniser, data, data.select("train")))
    for one, reading in zip(answers, interpret(recogniser, answers), strict=True):
        if reading.text:
            yield replace(one.item, text=reading.text), one.prepared.pixels
        else:
            left_out["read as nothing"] += 1


def write(request: Request, pictures: Iterable[tuple[Item, Pixels]], name: str = "prepared") -> PreparedSet:
    """The pictures on disk."""
    folder = request.folder(name)
    write_prepared(folder, pictures)
    return PreparedSet(folder)


def _is_writable(request: Request, text: str, left_out: Counter[str]) -> bool:
    text, alphabet = normalise(text), request.card.alphabet
    if not set(text) <= set(alphabet.characters):
        left_out["outside the alphabet"] += 1
        return False
    if find(request.card.task).single and len(text) != 1:
        left_out["more than one character"] += 1
        return False
    return bool(text)
