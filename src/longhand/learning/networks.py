"""The networks. They use `keras.ops` alone, so that any Keras backend trains them."""

from typing import TypeAlias

import keras
from keras import layers

Tensor: TypeAlias = keras.KerasTensor
HEAD = "logits"
"""What every network calls its last layer, the only one whose shape depends on the alphabet."""

_DILATIONS = (1, 1, 2, 1, 1, 4)


def build_text(
    height: int,
    outputs: int,
    width: int = 256,
    blocks: int = 6,
    dropout: float = 0.2,
    stem: int = 32,
    pool: bool = False,
) -> keras.Model:
    """A convolutional network for words and lines, without recurrence.

    Inputs: `pixels`, float in 0..1, (pictures, height, columns, 1) with columns a multiple of 4, and `mask`,
    (pictures, columns), 1 where a column belongs to the picture and 0 in the padding beside it. Output: logits,
    (pictures, columns / 4, outputs), output 0 the CTC blank. Strided convolutions, `stem` channels at first and four
    times as many at last, then each column as one vector, then residual convolutions over time, some of them dilated
    (Yousef et al., Accurate, Data-Efficient, Unconstrained Text Recognition with CNNs, 2020, read without recurrence
    as well). Where it is to `pool`, a column is the maximum of its rows instead (Retsinas et al., Best Practices for a
    Handwritten Text Recognition System, 2022). Every stage is masked, so that padding never changes what is read.
    """
    pixels = keras.Input((height, None, 1), name="pixels")
    mask = keras.Input((None,), name="mask")
    columns = layers.Reshape((-1, 1))(mask)
    half, quarter = _halve(columns), _halve(_halve(columns))
    x = _mask_rows(_normalise(_convolve(pixels, stem, 5, 2)), half)
    x = _mask_rows(_normalise(_convolve(x, 2 * stem, 3, 2)), quarter)
    x = _mask_rows(_normalise(_convolve(x, 2 * stem)), quarter)
    x = _mask_rows(_normalise(_convolve(x, 4 * stem, 3, (2, 1))), quarter)
    x = layers.Add()([x, _mask_rows(_normalise(_convolve(x, 4 * stem)), quarter)])
    x = layers.SpatialDropout2D(dropout / 2)(x)
    x = layers.MaxPooling2D((x.shape[1], 1))(x) if pool else x
    x = _normalise(layers.Conv1D(width, 1, use_bias=False)(_Columns()(x)))
    x = layers.Multiply()([x, quarter])
    for block in range(blocks):
        x = _read_along(x, quarter, width, dropout, dilation=_DILATIONS[block % len(_DILATIONS)])
    x = layers.Dropout(dropout)(x)
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
class _Columns(layers.Layer):
    """Each column of a feature map as one vector: (n, rows, columns, c) → (n, columns, rows · c)."""

    def call(self, x: Tensor) -> Tensor:
        _, rows, _, channels = x.shape
        return keras.ops.reshape(keras.ops.transpose(x, (0, 2, 1, 3)), (-1, keras.ops.shape(x)[2], rows * channels))

    def compute_output_shape(self, input_shape: tuple[int | None, int, int | None, int]) -> tuple[int | None, ...]:
        pictures, rows, columns, channels = input_shape
        return pictures, columns, rows * channels


@keras.saving.register_keras_serializable("longhand")
class _MaskRows(layers.Layer):
    """Zero the columns of a feature map that lie beyond a picture: (n, rows, columns, c) and (n, columns, 1)."""

    def call(self, x: Tensor, mask: Tensor) -> Tensor:
        return x * keras.ops.cast(keras.ops.expand_dims(mask, 1), x.dtype)


def _mask_rows(x: Tensor, mask: Tensor) -> Tensor:
    return _MaskRows()(x, mask)


def _halve(mask: Tensor) -> Tensor:
    return layers.MaxPooling1D(2)(mask)


def _convolve(x: Tensor, filters: int, size: int = 3, strides: int | tuple[int, int] = 1) -> Tensor:
    return layers.Conv2D(filters, size, strides, padding="same", use_bias=False)(x)


def _normalise(x: Tensor) -> Tensor:
    return layers.Activation("relu")(layers.BatchNormalization(momentum=0.98)(x))


def _read_along(x: Tensor, mask: Tensor, width: int, dropout: float, dilation: int) -> Tensor:
    """A residual convolution over time, five frames wide, or more where dilated."""
    y = layers.Conv1D(width, 5, padding="same", dilation_rate=dilation, use_bias=False)(x)
    y = layers.Dropout(dropout)(_normalise(y))
    return layers.Add()([x, layers.Multiply()([y, mask])])
