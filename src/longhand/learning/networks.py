"""The networks. They use `keras.ops` alone, so that any Keras backend trains them."""

from typing import TypeAlias

import keras
from keras import layers

Tensor: TypeAlias = keras.KerasTensor
TEXT_STRIDE = 4
"""Columns of pixels per frame of a text network."""


def build_text(height: int, outputs: int, width: int = 256, blocks: int = 6, dropout: float = 0.2) -> keras.Model:
    """A convolutional network for words and lines, without recurrence.

    Inputs: `pixels`, float in 0..1, (pictures, height, columns, 1) with columns a multiple of 4, and `mask`,
    (pictures, columns), 1 where a column belongs to the picture and 0 in the padding beside it. Output: logits,
    (pictures, columns / 4, outputs), output 0 the CTC blank. Convolutions down to one row by a maximum over each
    column (Retsinas et al., Best Practices for a Handwritten Text Recognition System, 2022), then residual
    convolutions over time. Every stage is masked, so that padding never changes what is read.
    """
    pixels = keras.Input((height, None, 1), name="pixels")
    mask = keras.Input((None,), name="mask")
    columns = layers.Reshape((-1, 1))(mask)
    half, quarter = _halve(columns), _halve(_halve(columns))
    x = layers.Conv2D(32, 5, strides=2, padding="same", activation="relu")(pixels)
    x = _normalise(layers.MaxPooling2D(2)(_convolve(_mask_rows(x, half), 64)))
    x = _normalise(_convolve(_mask_rows(x, quarter), 128))
    x = _normalise(layers.MaxPooling2D((2, 1))(_convolve(_mask_rows(x, quarter), 128)))
    x = layers.SpatialDropout2D(dropout / 2)(x)
    x = _ColumnMaximum()(_convolve(_mask_rows(x, quarter), width))
    x = layers.Multiply()([_normalise(x), quarter])
    for _ in range(blocks):
        x = _read_along(x, quarter, width, dropout)
    logits = layers.Conv1D(outputs, 1, dtype="float32", name="logits")(x)
    return keras.Model([pixels, mask], logits, name="text")


def build_characters(height: int, outputs: int, width: int = 32, dropout: float = 0.4) -> keras.Model:
    """A convolutional network for single characters.

    Input: `pixels`, float in 0..1, (pictures, height, height, 1). Output: logits, (pictures, outputs).
    """
    pixels = keras.Input((height, height, 1), name="pixels")
    x = pixels
    for scale in (1, 2, 4):
        x = _normalise(_convolve(x, width * scale))
        x = _normalise(layers.MaxPooling2D(2)(_convolve(x, width * scale)))
        x = layers.SpatialDropout2D(dropout / 4)(x)
    x = layers.Dropout(dropout)(layers.Flatten()(x))
    x = layers.Dropout(dropout)(_normalise(layers.Dense(8 * width, use_bias=False)(x)))
    return keras.Model(pixels, layers.Dense(outputs, dtype="float32", name="logits")(x), name="characters")


@keras.saving.register_keras_serializable("longhand")
class _ColumnMaximum(layers.Layer):
    """The maximum over each column of a feature map: (n, rows, columns, c) → (n, columns, c)."""

    def call(self, x: Tensor) -> Tensor:
        return keras.ops.max(x, axis=1)


@keras.saving.register_keras_serializable("longhand")
class _MaskRows(layers.Layer):
    """Zero the columns of a feature map that lie beyond a picture: (n, rows, columns, c) and (n, columns, 1)."""

    def call(self, x: Tensor, mask: Tensor) -> Tensor:
        return x * keras.ops.cast(keras.ops.expand_dims(mask, 1), x.dtype)


def _mask_rows(x: Tensor, mask: Tensor) -> Tensor:
    return _MaskRows()(x, mask)


def _halve(mask: Tensor) -> Tensor:
    return layers.MaxPooling1D(2)(mask)


def _convolve(x: Tensor, filters: int) -> Tensor:
    return layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)


def _normalise(x: Tensor) -> Tensor:
    return layers.Activation("relu")(layers.BatchNormalization(momentum=0.98)(x))


def _read_along(x: Tensor, mask: Tensor, width: int, dropout: float) -> Tensor:
    """A residual convolution over time, five frames wide."""
    y = layers.Conv1D(width, 5, padding="same", use_bias=False)(x)
    y = layers.Dropout(dropout)(_normalise(y))
    return layers.Add()([x, layers.Multiply()([y, mask])])
