"""What a network takes beside a picture to read one person's hand, learned from what that person corrected.

The network stays as it is; what is learned is added, channel by channel, to what its layers answer (Ben Zaken et al.,
BitFit: Simple Parameter-efficient Fine-tuning, 2022). Pictures of others stand beside the corrected ones in every
batch, and keep the network from forgetting them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from longhand.bundles.card import read_card
from longhand.bundles.files import WEIGHTS
from longhand.handwriting.alphabet import Alphabet
from longhand.handwriting.batching import SCALE, count_frames, lay
from longhand.learning.augmentation import distort_text
from longhand.learning.batches import encode_labels
from longhand.learning.drawing import frames_needed
from longhand.learning.errors import ShapeMismatch
from longhand.learning.export import load_network
from longhand.learning.losses import CtcLoss
from longhand.learning.methods import find_method

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Written:
    """A prepared picture, ink bright, and the text that it shows, which the alphabet can write."""

    pixels: NDArray[np.uint8]
    text: str


@dataclass(frozen=True)
class Course:
    """How shifts are learned: so many times each corrected picture, distorted anew by `strength`, `batch` of them in a
    step and `others` beside them, at a `rate` that falls to nothing."""

    epochs: int = 12
    least: int = 24
    """Steps that are made however few pictures there are."""
    batch: int = 8
    others: int = 6
    rate: float = 1e-3
    strength: float = 0.5


USUAL = Course()
KEPT = 4
"""Every so many lessons one is kept back, to choose on."""

PARTS = (1.0, 0.75, 0.5, 0.25)
"""By so much of themselves shifts are tried."""

MOST = 0.3
"""So much one picture counts at most, in nats a character: what is wrongly labelled must not decide."""


class ShiftLearner:
    """The network of a bundle whose card says that it takes shifts, which learns those of one person after the other;
    for one thread."""

    def __init__(self, bundle: Path) -> None:
        self._card = read_card(bundle)
        shift = find_method(self._card.entry, str(self._card.network.get("kind", ""))).shift
        if shift is None:
            raise ShapeMismatch(f"The network of {bundle} takes no shifts.")
        self._network = shift(load_network(bundle / WEIGHTS))

    def learn(self, lessons: Sequence[Written], others: Sequence[Written]) -> Floats | None:
        """The shifts that these lessons teach, see `learn_shifts`; None where they teach nothing that helps.

        How much of them is used is chosen on lessons that were kept back, and the shifts are then learned from all.
        """
        kept = lessons[KEPT - 1 :: KEPT]
        tried = self._learn([one for at, one in enumerate(lessons) if at % KEPT != KEPT - 1], others)
        share = self._choose(tried, [one for one in kept if _fits(one, self._card.alphabet, self._card.stride)])
        return share * self._learn(lessons, others) if share else None

    def _learn(self, lessons: Sequence[Written], others: Sequence[Written]) -> Floats:
        return learn_shifts(self._network, lessons, others, self._card.alphabet, self._card.stride)

    def _choose(self, shifts: Floats, kept: Sequence[Written]) -> float:
        """The share of the shifts beside which texts that did not teach them are likeliest; 0 where with none."""
        if not kept:
            return 0.0
        before = self._measure(0 * shifts, kept)
        gains = {share: np.clip(before - self._measure(share * shifts, kept), -MOST, MOST).mean() for share in PARTS}
        best = max(gains, key=lambda share: gains[share])
        return best if gains[best] > 0 else 0.0

    def _measure(self, shifts: Floats, written: Sequence[Written]) -> Floats:
        """The loss of each picture, by the characters of its text."""
        losses = []
        for one in written:
            pixels, mask = lay([one.pixels], scale=SCALE)
            truth = encode_labels([one.text], [one.pixels.shape[1]], self._card.alphabet, stride=self._card.stride)
            loss = CtcLoss().call(truth, self._network([pixels, mask, shifts[None]], training=False))
            losses.append(float(loss[0]) / len(one.text))
        return np.array(losses, np.float32)


def learn_shifts(
    network: keras.Model,
    lessons: Sequence[Written],
    others: Sequence[Written],
    alphabet: Alphabet,
    stride: int,
    course: Course = USUAL,
    seed: int = 0,
) -> Floats:
    """The shifts (shifts,) by which a network that takes them reads the lessons better; the same input gives the same
    ones on the same machine.

    Raises ValueError where there are no lessons.
    """
    if not lessons:
        raise ValueError("There is nothing to learn from.")
    random = np.random.default_rng(seed)
    learner, own = _build(network)
    steps = max(course.least, -(-course.epochs * len(lessons) // course.batch))
    rates = course.rate * np.minimum(1.0, np.arange(1, steps + 1) / 3) * (1 - np.arange(steps) / steps)
    learner.compile(optimizer=keras.optimizers.Adam(course.rate, clipnorm=5.0), loss=CtcLoss(), jit_compile=False)
    for rate, batch in zip(rates, _draw(lessons, others, course, random), strict=False):
        fitting = [one for one in batch if _fits(one, alphabet, stride)]
        if not fitting:
            continue
        learner.optimizer.learning_rate.assign(rate)
        widths = [one.pixels.shape[1] for one in fitting]
        truth = encode_labels([one.text for one in fitting], widths, alphabet, stride=stride)
        learner.train_on_batch(list(lay([one.pixels for one in fitting], scale=SCALE)), truth)
    return np.asarray(keras.ops.convert_to_numpy(own.values), np.float32)


def _fits(one: Written, alphabet: Alphabet, stride: int) -> bool:
    return frames_needed(alphabet.encode(one.text)) <= count_frames(one.pixels.shape[1], stride)


@keras.saving.register_keras_serializable("longhand")
class _Own(keras.layers.Layer):
    """The same values beside every picture; all that a learner learns."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.values = self.add_weight((count,), initializer="zeros", name="values")

    def call(self, mask: keras.KerasTensor) -> keras.KerasTensor:
        return keras.ops.ones_like(mask[:, :1]) * self.values


def _build(network: keras.Model) -> tuple[keras.Model, _Own]:
    """A network that learns nothing but its shifts, and what holds them."""
    network.trainable = False
    pixels, mask, shifts = network.inputs
    given = [keras.Input(one.shape[1:], name=one.name) for one in (pixels, mask)]
    own = _Own(shifts.shape[-1])
    return keras.Model(given, network([*given, own(given[1])])), own


def _draw(
    lessons: Sequence[Written], others: Sequence[Written], course: Course, random: np.random.Generator
) -> Iterator[list[Written]]:
    """Batches without end: each corrected picture as often as any other, distorted, those of about one width together;
    and pictures of others."""
    while True:
        drawn = [Written(distort_text(one.pixels, random, course.strength), one.text) for one in lessons]
        drawn.sort(key=lambda one: one.pixels.shape[1])
        parts = [drawn[at : at + course.batch] for at in range(0, len(drawn), course.batch)]
        for place in random.permutation(len(parts)):
            beside = [others[at] for at in random.integers(0, len(others), course.others)] if others else []
            yield [*parts[place], *beside]
