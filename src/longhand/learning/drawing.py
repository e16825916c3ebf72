"""Pictures for training, drawn and distorted: one after the other, or in blocks, by all processors ahead of time.

Nothing here needs Keras, so the processes that draw start quickly.
"""

import os
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import count, pairwise
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.alphabet import Alphabet
from longhand.learning.augmentation import distort_text
from longhand.learning.prepared import Item, PreparedSet

Sampled = tuple[str, NDArray[np.uint8]]
"""A text and the pixels that show it."""

_AHEAD = 2
"""Blocks that are drawn ahead of time, by each process."""


@dataclass(frozen=True)
class Drawing:
    """What is drawn from: items, how likely each is (`shares`, summed up from the first to the last), the `strength` of
    distortions, the share of pictures that are two of a group side by side, `join`; a frame has `stride` columns."""

    data: PreparedSet
    items: Sequence[Item]
    shares: NDArray[np.float64]
    alphabet: Alphabet
    strength: float
    join: float
    stride: int

    def take(self, random: np.random.Generator) -> Sampled:
        """A random picture, or two of a group side by side."""
        place = int(np.searchsorted(self.shares, random.random() * self.shares[-1]))
        item = self.items[min(place, len(self.items) - 1)]
        picture = self._distort(item, random)
        if random.random() >= self.join:
            return item.text, picture
        group = self._groups[item.set, item.group]
        other = group[int(random.integers(len(group)))]
        gap = np.zeros((item.height, int(random.integers(self.stride, 4 * self.stride))), np.uint8)
        return f"{item.text} {other.text}", np.hstack([picture, gap, self._distort(other, random)])

    @cached_property
    def _groups(self) -> dict[tuple[str, str], list[Item]]:
        groups: defaultdict[tuple[str, str], list[Item]] = defaultdict(list)
        for item in self.items:
            groups[item.set, item.group].append(item)
        return dict(groups)

    def _distort(self, item: Item, random: np.random.Generator) -> NDArray[np.uint8]:
        """Distort a picture, unless it would become too narrow for its text."""
        pixels = self.data.pixels(item)
        if self.strength == 0:
            return pixels
        bent = distort_text(pixels, random, self.strength)
        needed = frames_needed(self.alphabet.encode(item.text)) * self.stride
        return bent if bent.shape[1] >= needed else pixels


def draw(drawing: Drawing, seed: int, epoch: int) -> Iterator[Sampled]:
    """Endless pictures of an epoch, one after the other: always the same."""
    random = np.random.default_rng((seed, epoch))
    while True:
        yield drawing.take(random)


class Blocks:
    """Endless pictures of an epoch, `size` of them by a generator of their own. So they are the same, however many
    processes draw them; one for every processor but two does, and none where there are no more than those."""

    def __init__(self, drawing: Drawing, seed: int, size: int, processes: int | None = None) -> None:
        self._drawing, self._seed, self._size = drawing, seed, size
        self._processes = max(0, (os.cpu_count() or 1) - 2) if processes is None else processes

    def draw(self, epoch: int) -> Iterator[Sampled]:
        """Those of an epoch."""
        for block in self._ahead(epoch) if self._processes else self._here(epoch):
            yield from block

    def _here(self, epoch: int) -> Iterator[list[Sampled]]:
        return (_draw_block(self._drawing, (self._seed, epoch, number), self._size) for number in count())

    def _ahead(self, epoch: int) -> Iterator[list[Sampled]]:
        waiting: deque[Future[list[Sampled]]] = deque()
        for number in count():
            waiting.append(self._pool.submit(_draw_own, (self._seed, epoch, number), self._size))
            if len(waiting) >= _AHEAD * self._processes:
                yield waiting.popleft().result()

    @cached_property
    def _pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self._processes, get_context("spawn"), _keep, (self._drawing,))


def frames_needed(labels: list[int]) -> int:
    """The fewest frames in which CTC can spell a label: one each, and a blank between repeated ones."""
    return len(labels) + sum(a == b for a, b in pairwise(labels))


def _draw_block(drawing: Drawing, seed: tuple[int, int, int], size: int) -> list[Sampled]:
    random = np.random.default_rng(seed)
    return [drawing.take(random) for _ in range(size)]


_own: list[Drawing] = []
"""What a process that draws was given when it started."""


def _keep(drawing: Drawing) -> None:
    _own.append(drawing)


def _draw_own(seed: tuple[int, int, int], size: int) -> list[Sampled]:
    return _draw_block(_own[0], seed, size)
