"""A model's last layer adapted to one person's hand, in seconds and without its network: numpy alone.

What the network answers to the corrected pictures is kept, so that a step costs a product of matrices. The loss is that
of CTC on the corrections, and how far the answers to pictures of others move from what they were: the pull towards the
start (Li and Hoiem, Learning without Forgetting, 2016). By Adam (Kingma and Ba, 2015), in whole batches.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longhand.bundles.adapter import Adapter
from longhand.handwriting.ctc.likelihood import Frames, Integers, pack
from longhand.handwriting.ctc.occupancy import occupy

Floats = NDArray[np.float32]
Moments = list[tuple[Floats, Floats]]

_FRAMES = 600
"""So many frames of others' pictures are looked at in a step."""


@dataclass(frozen=True)
class Seen:
    """What a network answers to a picture: logits (frames, outputs) and features (frames, channels).

    A glyph has one frame.
    """

    logits: Floats
    features: Floats


@dataclass(frozen=True)
class Lesson:
    """A picture, and the outputs that spell what it shows; it counts `weight` times."""

    seen: Seen
    outputs: tuple[int, ...]
    weight: float = 1.0


@dataclass(frozen=True)
class Pace:
    """How far an adaptation goes. `pull` is the weight of others' frames, of which a picture of a text has about 40."""

    steps: int = 40
    rate: float = 1e-3
    pull: float = 400.0
    decay: float = 1e-3


USUAL = Pace()
OF_GLYPHS = Pace(rate=3e-2, pull=10.0)
"""A glyph is one frame: others pull it as they pull a text, by ten pictures."""


def adapt(
    lessons: Sequence[Lesson], others: Sequence[Seen], network: str, blank: bool = True, pace: Pace = USUAL
) -> Adapter:
    """An adapter that reads the lessons' pictures better, and `others` as before; the same input gives the same one.

    `network` is the SHA-256 of the network that answered. Lessons whose frames do not suffice for their text count
    for nothing. Without a `blank` a picture has one frame, and its text one character.
    """
    scale = float(np.std(np.concatenate([one.features for one in others]))) or 1.0
    task, rest = _Lessons(lessons, scale, blank), _Others(others, scale)
    channels, outputs = task.features.shape[2], task.logits.shape[2]
    weights, bias = np.zeros((channels, outputs), np.float32), np.zeros(outputs, np.float32)
    moments: Moments = [(np.zeros_like(one), np.zeros_like(one)) for one in (weights, bias)]
    random = np.random.default_rng(0)
    for step in range(1, pace.steps + 1):
        slopes = _add(task.slope(weights, bias), rest.slope(weights, bias, random, pace.pull))
        rate = pace.rate * min(1.0, 2 * (1 - (step - 1) / pace.steps))
        for value, slope, moment in zip((weights, bias), slopes, moments, strict=True):
            value -= rate * _direct(moment, slope + pace.decay * value, step)
    return Adapter(network, scale, weights.astype(np.float16), bias.astype(np.float16))


class _Lessons:
    """The corrected pictures side by side."""

    def __init__(self, lessons: Sequence[Lesson], scale: float, blank: bool) -> None:
        self._lengths: Integers = np.array([len(one.seen.logits) for one in lessons], np.int64)
        self.logits = _lay([one.seen.logits for one in lessons])
        self.features = _lay([one.seen.features for one in lessons]) / np.float32(scale)
        weights = np.array([one.weight for one in lessons], np.float32)
        self._weights = (weights / weights.sum())[:, None, None]
        self._own = np.arange(self.logits.shape[1]) < self._lengths[:, None]
        self._rows = pack([one.outputs for one in lessons], np.arange(len(lessons)))
        self._blank = blank

    def slope(self, weights: Floats, bias: Floats) -> list[Floats]:
        """The slope of the mean negative log probability of the texts."""
        probabilities = _soften(self.logits + np.asarray(self.features @ weights, np.float32) + bias)
        probabilities[~self._own] = 0
        probabilities[~self._own, 0] = 1
        wanted = self._want(probabilities)
        counted = self._own[:, :, None] & (wanted.sum(axis=(1, 2)) > 0)[:, None, None]
        return _slope(self.features, np.asarray((probabilities - wanted) * counted * self._weights, np.float32))

    def _want(self, probabilities: Floats) -> Floats:
        if self._blank:
            return occupy(Frames(probabilities, self._lengths), self._rows)
        wanted = np.zeros_like(probabilities)
        wanted[np.arange(len(wanted)), 0, self._rows.outputs[:, 0]] = 1
        return wanted


class _Others:
    """Frames of pictures that are to be answered as before."""

    def __init__(self, others: Sequence[Seen], scale: float) -> None:
        self._logits = np.concatenate([one.logits for one in others])
        self._features = np.concatenate([one.features for one in others]) / np.float32(scale)

    def slope(self, weights: Floats, bias: Floats, random: np.random.Generator, pull: float) -> list[Floats]:
        """The slope of the mean divergence (Kullback and Leibler) of some frames from what they were, `pull` times."""
        some = random.choice(len(self._logits), min(_FRAMES, len(self._logits)), replace=False)
        logits, features = self._logits[some], self._features[some]
        moved = _soften(logits + np.asarray(features @ weights, np.float32) + bias) - _soften(logits)
        slopes = np.asarray(moved * (pull / len(some)), np.float32)
        return _slope(np.asarray(features, np.float32), slopes)


def _slope(features: Floats, slopes: Floats) -> list[Floats]:
    """From slopes by logits to those by weights and bias."""
    flat = slopes.reshape(-1, slopes.shape[-1])
    return [features.reshape(len(flat), -1).T @ flat, flat.sum(axis=0)]


def _add(one: list[Floats], other: list[Floats]) -> list[Floats]:
    return [a + b for a, b in zip(one, other, strict=True)]


def _direct(moment: tuple[Floats, Floats], slope: Floats, step: int) -> Floats:
    """Adam's direction, of a length of about one in each value."""
    mean, square = moment
    mean += 0.1 * (slope - mean)
    square += 0.001 * (slope * slope - square)
    return np.asarray((mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8), np.float32)


def _lay(parts: Sequence[Floats]) -> Floats:
    """Pictures (frames, values) side by side, one empty frame more than the longest has."""
    laid = np.zeros((len(parts), max(map(len, parts)) + 1, parts[0].shape[1]), np.float32)
    for one, part in zip(laid, parts, strict=True):
        one[: len(part)] = part
    return laid


def _soften(logits: Floats) -> Floats:
    """Probabilities along the last axis."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), np.float32)
