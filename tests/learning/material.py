"""Small prepared sets, drawn here."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.preprocessing import prepare_glyph, prepare_text
from longhand.learning.prepared import Item, PreparedSet, write_prepared
from tests.drawings import written

WORDS = ("ab", "ba", "aab", "cab", "abc", "bca", "cc", "abba")
SHAPES = {"text": prepare_text, "character": prepare_glyph}


def prepared(folder: Path, task: str, splits: Mapping[str, Iterable[str]], name: str = "strokes") -> PreparedSet:
    """A prepared set of drawn texts by split."""
    pictures = []
    for split, texts in splits.items():
        for i, text in enumerate(texts):
            pixels = SHAPES[task](written(text, seed=i)).pixels
            pictures.append((Item(name, f"{split}-{i}", text, f"{split}-{i}", split, *pixels.shape), pixels))
    write_prepared(folder, pictures)
    return PreparedSet(folder)


def linear(side: int = 28, outputs: int = 10) -> keras.Model:
    """The smallest network for characters."""
    pixels = keras.Input((side, side, 1), name="pixels")
    return keras.Model(pixels, keras.layers.Dense(outputs)(keras.layers.Flatten()(pixels)), name="linear")


Batch = tuple[NDArray[np.float32], NDArray[np.int32]]


class Batches(keras.utils.PyDataset):
    """Batches from a function of their number."""

    def __init__(self, make: Callable[[int], Batch], count: int) -> None:
        super().__init__()
        self._make, self._count = make, count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> Batch:
        return self._make(index)


def noise(index: int) -> Batch:
    """Eight random pictures of as many classes."""
    random = np.random.default_rng(index)
    return random.random((8, 28, 28, 1), np.float32), np.arange(8, dtype=np.int32)
