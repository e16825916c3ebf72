"""How the third task's network learns: with one layer."""

import keras

from longhand.learning.characters import METHOD as GLYPHS
from longhand.learning.methods import Method


def build(height: int, outputs: int, slope: float = 1.0) -> keras.Model:
    """Logits straight from the pixels."""
    pixels = keras.Input((height, height, 1), name="pixels")
    scaled = keras.layers.Rescaling(slope)(keras.layers.Flatten()(pixels))
    return keras.Model(pixels, keras.layers.Dense(outputs, name="logits")(scaled), name="digits")


METHOD = Method(build, GLYPHS.loss, GLYPHS.batches, GLYPHS.score, GLYPHS.read, GLYPHS.fits, GLYPHS.lay, GLYPHS.distort)
