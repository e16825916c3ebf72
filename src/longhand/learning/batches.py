"""Batches for training: drawn by set and class, distorted, padded to a width that many share."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import keras
import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.alphabet import Alphabet
from longhand.handwriting.batching import STEP, STRIDE, Floats, count_frames, lay, round_up
from longhand.learning.augmentation import distort_glyph
from longhand.learning.drawing import Blocks, Drawing, Sampled, draw, frames_needed
from longhand.learning.prepared import Item, PreparedSet

_RARE, _MOST = 0.01, 16.0


@dataclass(frozen=True)
class Sampling:
    """How pictures are drawn: `weights` by set (1 where absent), `strength` of distortions, 0 for none, and `join`, the
    share of batches whose pictures are two of a group side by side. `rare` is how much oftener texts with rare
    characters are drawn, 0 not at all. Of words and lines, `block` pictures are drawn by a generator of their own, so
    that several processes can draw; 0 where one draws them all."""

    batch: int
    steps: int
    seed: int
    weights: Mapping[str, float] = field(default_factory=dict)
    strength: float = 1.0
    join: float = 0.0
    rare: float = 0.0
    block: int = 0


def item_weights(
    items: Sequence[Item], weights: Mapping[str, float], by_class: bool, rare: float = 0.0
) -> NDArray[np.float64]:
    """The probability of each item: sets by their weight, in a set every class alike where `by_class`, and texts with
    characters that are rare in all sets oftener, by the power `rare` of how rare the rarest is."""
    sets = Counter(item.set for item in items)
    classes = Counter((item.set, item.text) for item in items)
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for item in items:
        kinds[item.set].add(item.text)
    share = [
        weights.get(i.set, 1.0) / (classes[i.set, i.text] * len(kinds[i.set]) if by_class else sets[i.set])
        for i in items
    ]
    lifted = np.array(share) * (lift_rare(items, rare) if rare else 1.0)
    return lifted / lifted.sum()


def lift_rare(items: Sequence[Item], rare: float) -> NDArray[np.float64]:
    """How much oftener each item is drawn in its set: 1 or more times where its rarest character stands in less than a
    hundredth of all texts, sixteen times as often at most; on average over a set, once."""
    held = Counter(character for item in items for character in set(item.text))
    shares = [min((held[c] for c in item.text), default=len(items)) / len(items) for item in items]
    lifts = np.clip((_RARE / np.maximum(shares, 1e-9)) ** rare, 1, _MOST)
    sets = np.array([item.set for item in items])
    for name in set(sets.tolist()):
        lifts[sets == name] /= lifts[sets == name].mean()
    return lifts


def encode_labels(
    texts: Sequence[str],
    widths: Sequence[int],
    alphabet: Alphabet,
    parity: int | None = None,
    stride: int = STRIDE,
) -> NDArray[np.int32]:
    """What `CtcLoss` wants to know: frames, then outputs, padded with 0; an odd or even number of them by `parity`."""
    labels = [alphabet.encode(text) for text in texts]
    truth = np.zeros((len(texts), 1 + _match(max(map(len, labels)), parity)), np.int32)
    for row, label, width in zip(truth, labels, widths, strict=True):
        row[0] = count_frames(width, stride)
        row[1 : 1 + len(label)] = label
    return truth


def _match(number: int, parity: int | None) -> int:
    return number if parity is None else number + (number - parity) % 2


def fits(item: Item, alphabet: Alphabet, stride: int = STRIDE) -> bool:
    """Whether a text has any character of the alphabet, and its picture the frames to spell it, one for every `stride`
    columns."""
    labels = alphabet.encode(item.text)
    return 0 < frames_needed(labels) <= item.width // stride


class TextBatches(keras.utils.PyDataset):
    """Random batches of words and lines of about the same width; batch `i` of epoch `e` is always the same.

    All batches of a width are of one size, so that few shapes occur: a processor prepares for every new one.
    """

    def __init__(
        self,
        data: PreparedSet,
        items: Sequence[Item],
        alphabet: Alphabet,
        sampling: Sampling,
        epoch: int = 0,
        stride: int = STRIDE,
    ) -> None:
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=6)
        self._alphabet, self._sampling, self.epoch, self._stride = alphabet, sampling, epoch, stride
        shares = np.cumsum(item_weights(items, sampling.weights, by_class=False, rare=sampling.rare))
        self._drawing = Drawing(data, items, shares, alphabet, sampling.strength, sampling.join, stride)
        self._blocks = Blocks(self._drawing, sampling.seed, sampling.block) if sampling.block else None
        self._budget = sampling.batch * float(np.median([item.width for item in items]))
        self._stream, self._place = self._batches(epoch), 0

    def __len__(self) -> int:
        return self._sampling.steps

    def on_epoch_end(self) -> None:
        """Go on to the next epoch's pictures."""
        self.epoch += 1
        self._stream, self._place = self._batches(self.epoch), 0

    def __getitem__(self, index: int) -> tuple[tuple[Floats, Floats], NDArray[np.int32]]:
        """A batch of pictures of about the same width; fewer where they are wide."""
        if index < self._place:
            self._stream, self._place = self._batches(self.epoch), 0
        while True:
            batch = next(self._stream)
            self._place += 1
            if self._place > index:
                break
        # Keras takes for fixed every size that the first two batches share: they must share none.
        parity = index if index < 2 else None
        batch = batch[: len(batch) - (len(batch) - index) % 2] if parity is not None and len(batch) > 1 else batch
        texts, pictures = zip(*batch, strict=True)
        widths = [picture.shape[1] for picture in pictures]
        columns = _match(round_up(max(widths)) // STEP, parity) * STEP
        return lay(pictures, columns), encode_labels(texts, widths, self._alphabet, parity, self._stride)

    def _batches(self, epoch: int) -> Iterator[list[Sampled]]:
        """Endless batches: pictures wait by width until there are enough of one."""
        waiting: defaultdict[int, list[Sampled]] = defaultdict(list)
        for sampled in self._draw(epoch):
            columns = round_up(sampled[1].shape[1])
            waiting[columns].append(sampled)
            if len(waiting[columns]) >= max(4, int(self._budget / columns)):
                yield waiting.pop(columns)

    def _draw(self, epoch: int) -> Iterator[Sampled]:
        return self._blocks.draw(epoch) if self._blocks else draw(self._drawing, self._sampling.seed, epoch)


class GlyphBatches(keras.utils.PyDataset):
    """Random batches of characters, every class of a set alike; batch `i` of epoch `e` is always the same."""

    def __init__(
        self, data: PreparedSet, items: Sequence[Item], alphabet: Alphabet, sampling: Sampling, epoch: int = 0
    ) -> None:
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=6)
        self._data, self._items, self._sampling, self.epoch = data, items, sampling, epoch
        self._labels = np.array([alphabet.encode(item.text)[0] for item in items], np.int32)
        self._weights = np.cumsum(item_weights(items, sampling.weights, by_class=True))

    def __len__(self) -> int:
        return self._sampling.steps

    def on_epoch_end(self) -> None:
        """Go on to the next epoch's pictures."""
        self.epoch += 1

    def __getitem__(self, index: int) -> tuple[Floats, NDArray[np.int32]]:
        random = np.random.default_rng((self._sampling.seed, self.epoch, index))
        places = np.searchsorted(self._weights, random.random(self._sampling.batch) * self._weights[-1])
        places = np.minimum(places, len(self._items) - 1)
        pictures = [self._data.pixels(self._items[i]) for i in places]
        if self._sampling.strength > 0:
            pictures = [distort_glyph(p, random, self._sampling.strength) for p in pictures]
        return np.stack(pictures).astype(np.float32)[..., None] / np.float32(255), self._labels[places]
