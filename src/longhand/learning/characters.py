"""How networks for single characters learn."""

from collections.abc import Sequence

import keras
import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.alphabet import Alphabet
from longhand.handwriting.batching import Floats, stack
from longhand.learning.augmentation import distort_glyph
from longhand.learning.batches import GlyphBatches
from longhand.learning.methods import Method
from longhand.learning.networks import build_characters
from longhand.learning.prepared import Item
from longhand.learning.scoring import read_characters, score_characters


def _loss() -> keras.losses.Loss:
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def _fits(item: Item, alphabet: Alphabet) -> bool:
    """Every picture has room for one character."""
    return True


def _lay(pictures: Sequence[NDArray[np.uint8]]) -> tuple[Floats]:
    return (stack(pictures),)


METHODS = {
    "": Method(build_characters, _loss, GlyphBatches, score_characters, read_characters, _fits, _lay, distort_glyph)
}
