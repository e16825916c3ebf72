"""How good a network is while it is being trained, on the pictures to choose by."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import keras
import numpy as np

from longhand.handwriting.alphabet import Alphabet
from longhand.handwriting.batching import STRIDE, count_frames, lay
from longhand.handwriting.ctc.greedy import decode_greedy, log_softmax
from longhand.handwriting.metrics import score_texts
from longhand.learning.prepared import Item, PreparedSet

MOST = 500
"""The most pictures of a set on which a text network is scored after each epoch."""


Decisive = Callable[[str], bool]
"""Whether a set, by its name, has a say in which epoch is best; where none has, all have."""


def score_text(
    model: keras.Model,
    data: PreparedSet,
    items: Sequence[Item],
    alphabet: Alphabet,
    decisive: Decisive = lambda name: True,
    stride: int = STRIDE,
) -> dict[str, float]:
    """Character error rate by set of the validation part, of at most MOST pictures a set; the score is minus the mean
    of the decisive ones."""
    read: dict[str, list[tuple[str, str]]] = {}
    for item, text in read_texts(model, data, thin(items), alphabet, stride):
        read.setdefault(item.set, []).append((item.text, text))
    rates = {name: score_texts(*zip(*pairs, strict=True)).cer for name, pairs in sorted(read.items())}
    return {"score": -_mean(rates, decisive), **{f"cer_{name}": rate for name, rate in rates.items()}}


def read_texts(
    model: keras.Model, data: PreparedSet, items: Sequence[Item], alphabet: Alphabet, stride: int = STRIDE
) -> Iterator[tuple[Item, str]]:
    """What a network reads in pictures of words and lines, without a language; the narrowest first."""
    ordered = sorted(items, key=lambda item: item.width)
    for start in range(0, len(ordered), 32):
        batch = ordered[start : start + 32]
        logits = keras.ops.convert_to_numpy(model(lay([data.pixels(i) for i in batch]), training=False))
        for item, rows in zip(batch, logits, strict=True):
            spelling = decode_greedy(log_softmax(rows[: count_frames(item.width, stride)]))
            yield item, alphabet.decode(spelling.outputs)


def thin(items: Sequence[Item], most: int = MOST) -> list[Item]:
    """At most so many pictures of each set, evenly spaced."""
    sets: dict[str, list[Item]] = {}
    for item in items:
        sets.setdefault(item.set, []).append(item)
    return [item for kept in sets.values() for item in kept[:: max(1, -(-len(kept) // most))]]


def score_characters(
    model: keras.Model,
    data: PreparedSet,
    items: Sequence[Item],
    alphabet: Alphabet,
    decisive: Decisive = lambda name: True,
) -> dict[str, float]:
    """Accuracy by set on the validation pictures; the score is the mean of the decisive ones."""
    right: dict[str, list[bool]] = {}
    for item, text in read_characters(model, data, items, alphabet):
        right.setdefault(item.set, []).append(text == item.text)
    rates = {name: float(np.mean(hits)) for name, hits in sorted(right.items())}
    return {"score": _mean(rates, decisive), **{f"accuracy_{name}": rate for name, rate in rates.items()}}


def _mean(rates: Mapping[str, float], decisive: Decisive) -> float:
    return float(np.mean([rate for name, rate in rates.items() if decisive(name)] or list(rates.values())))


def read_characters(
    model: keras.Model, data: PreparedSet, items: Sequence[Item], alphabet: Alphabet
) -> Iterator[tuple[Item, str]]:
    """What a network reads in pictures of characters."""
    for start in range(0, len(items), 500):
        batch = items[start : start + 500]
        pixels = np.stack([data.pixels(i) for i in batch]).astype(np.float32)[..., None] / np.float32(255)
        best = keras.ops.convert_to_numpy(model(pixels, training=False)).argmax(axis=1)
        for item, output in zip(batch, best, strict=True):
            yield item, alphabet.decode([output])
