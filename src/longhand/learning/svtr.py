"""The larger network for words and lines: a light convolutional backbone, and two blocks of attention along the line.

`keras.ops` alone, so that any Keras backend trains it.
"""

import math

import keras
from keras import layers, ops

from longhand.learning.masking import MaskedMean, MaskedPooling, Tensor

SQUEEZED = ((True, False, False), (True, False) * 3, (True, False))
"""The blocks of each stage: whether they have squeeze and excite."""

STRIDE = 8
"""Columns of pixels per frame."""


def build_svtr(
    height: int, outputs: int, width: int = 96, neck: int = 120, heads: int = 8, dropout: float = 0.0
) -> keras.Model:
    """A network for words and lines, that of PP-OCRv6 small where all is as the defaults say and `height` is 48.

    Inputs: `pixels`, float in 0..1, ink bright, (pictures, height, columns, 1) with height a multiple of 16 and columns
    one of 8, and `mask`, (pictures, columns), 1 where a column belongs to the picture. Output: logits, (pictures,
    columns / 8, outputs), output 0 the CTC blank.

    The backbone is PP-LCNet's (Cui et al., PP-LCNet: A Lightweight CPU Convolutional Neural Network, 2021) with mixing
    in the manner of MetaFormer; its stages have `width` channels, twice and four times as many. The `neck` has so many
    channels, and `heads` of attention, as in SVTR (Du et al., SVTR: Scene Text Recognition with a Single Visual
    Model, 2022). Everything is masked, so that padding never changes what is read. The statistics of batch
    normalisation stay as they are, in training as well.
    """
    return _build(height, outputs, width, neck, heads, dropout)


def with_shifts(model: keras.Model) -> keras.Model:
    """A network with a copy of another's weights, and a third input, `shifts`, (pictures, shifts): what is added,
    channel by channel, to what the layers after the first stage answer.

    They move the network to one person's hand for one picture, as changing the biases would (Ben Zaken et al., BitFit,
    2022).
    """
    height, outputs = model.inputs[0].shape[1], model.output.shape[-1]
    width, neck = model.get_layer("stem5").filters, model.get_layer("beside").filters
    heads = model.get_layer("attention1").num_heads
    again = _build(height, outputs, width, neck, heads, shifts=count_shifts(width, neck))
    for layer in again.layers:
        if layer.weights:
            layer.set_weights(model.get_layer(layer.name).get_weights())
    return again


def count_shifts(width: int, neck: int) -> int:
    """How many shifts a network of this size takes."""
    blocks = sum(4 * width * 2**stage * len(SQUEEZED[stage]) for stage in (1, 2))
    descents = sum(width * 2 ** (stage - 1) + 2 * width * 2**stage for stage in (1, 2))
    return blocks + descents + 2 * neck


def _build(
    height: int, outputs: int, width: int, neck: int, heads: int, dropout: float = 0.0, shifts: int = 0
) -> keras.Model:
    pixels = keras.Input((height, None, 1), name="pixels")
    mask = keras.Input((None,), name="mask")
    whole = layers.Reshape((1, -1, 1))(mask)
    half, quarter, eighth = (layers.MaxPooling2D((1, columns))(whole) for columns in (2, 4, STRIDE))
    paper = layers.Rescaling(-2.0, offset=1.0)(pixels)  # the makers' scale: ink -1, paper 1, nothing 0
    given = [keras.Input((shifts,), name="shifts")] if shifts else []
    shift = _Shift(*given)
    x = _begin(_within(paper, whole), half, width)
    for stage, squeezed in enumerate(SQUEEZED):
        channels = width * 2**stage
        if stage:
            x = _descend(_within(x, quarter), channels, f"descent{stage}", shift)
        for block, squeezes in enumerate(squeezed):
            name = f"stage{stage + 1}_block{block + 1}"
            x = _convolve(x, quarter, channels, squeezes, name, shift if stage else _Shift())
    features = _read_along(MaskedPooling()(x, quarter), eighth, neck, heads, dropout, shift)
    logits = layers.Dense(outputs, dtype="float32", name="logits")(layers.Dropout(dropout)(features))
    return keras.Model([pixels, mask, *given], logits, name="svtr")


class _Shift:
    """Adds the next of the shifts that are given to what a layer answers; nothing where none are given."""

    def __init__(self, given: Tensor | None = None) -> None:
        self._given, self._taken = given, 0

    def __call__(self, x: Tensor) -> Tensor:
        if self._given is None:
            return x
        first, self._taken = self._taken, self._taken + x.shape[-1]
        own = self._given[:, first : self._taken]
        return layers.Add()([x, layers.Reshape((*[1] * (len(x.shape) - 2), -1))(own)])


@keras.saving.register_keras_serializable("longhand")
class _Gelu(layers.Layer):
    """Gaussian error linear units (Hendrycks and Gimpel, 2016), by erf: of Keras' own, by erfc, ONNX knows nothing."""

    def call(self, x: Tensor) -> Tensor:
        return 0.5 * x * (1.0 + ops.erf(x / math.sqrt(2.0)))


@keras.saving.register_keras_serializable("longhand")
class _FixedNormalization(layers.BatchNormalization):
    """Batch normalisation by the statistics that are there, in training as well: a batch of a few words would disturb
    them. To call one of Keras' with `training=False` is not enough: a model that trains calls it otherwise."""

    def call(self, inputs: Tensor, training: bool | None = None, mask: Tensor | None = None) -> Tensor:
        return super().call(inputs, training=False, mask=mask)


@keras.saving.register_keras_serializable("longhand")
class _HardSigmoid(layers.Layer):
    """A sigmoid of three straight lines, with the makers' slope: a sixth, which Keras has, shows in the fifth digit."""

    def call(self, x: Tensor) -> Tensor:
        return ops.clip(0.1666667 * x + 0.5, 0.0, 1.0)


def _begin(x: Tensor, half: Tensor, width: int) -> Tensor:
    """The stem: a quarter of rows and columns, its middle in two ways (Chen et al., PP-HGNet)."""
    x = _within(_halve(x, width // 2, "stem1"), half)
    y = _within(layers.Conv2D(width // 4, 2, padding="same", activation="relu", name="stem2")(x), half)
    y = layers.Conv2D(width // 2, 2, padding="same", activation="relu", name="stem3")(y)
    both = layers.Concatenate()([layers.MaxPooling2D(2, 1, padding="same")(x), y])
    x = _halve(_within(both, half), width // 2, "stem4")
    return layers.Conv2D(width, 1, activation="relu", name="stem5")(x)


def _convolve(x: Tensor, mask: Tensor, channels: int, squeezes: bool, name: str, shift: _Shift) -> Tensor:
    """A block: each channel by itself, then all of a place with one another."""
    x = shift(_stroke(_within(x, mask), name))
    x = _squeeze(x, mask, channels, name) if squeezes else x
    return layers.Add()([x, _mix(x, 2 * channels, channels, name, shift)])


def _descend(x: Tensor, channels: int, name: str, shift: _Shift) -> Tensor:
    """Half the rows, and twice the channels."""
    x = shift(_stroke(x, name))
    x = layers.MaxPooling2D(1, (2, 1))(x)  # every other row: TensorFlow has no depthwise convolution with such strides
    return _mix(x, channels, channels, name, shift)


def _stroke(x: Tensor, name: str) -> Tensor:
    """Each channel by itself; it begins as loud as what it gets, as nothing leads around it."""
    loud = keras.initializers.RandomNormal(stddev=1 / 3)
    return layers.DepthwiseConv2D(3, padding="same", depthwise_initializer=loud, name=f"{name}_depthwise")(x)


def _mix(x: Tensor, hidden: int, channels: int, name: str, shift: _Shift) -> Tensor:
    x = _Gelu()(shift(layers.Conv2D(hidden, 1, name=f"{name}_expand")(x)))
    return shift(layers.Conv2D(channels, 1, name=f"{name}_project")(x))


def _squeeze(x: Tensor, mask: Tensor, channels: int, name: str) -> Tensor:
    """Squeeze and excite (Hu et al., Squeeze-and-Excitation Networks, 2018)."""
    gain = layers.Conv2D(channels // 4, 1, activation="relu", name=f"{name}_squeeze")(MaskedMean()(x, mask))
    gain = _HardSigmoid()(layers.Conv2D(channels, 1, name=f"{name}_excite")(gain))
    return layers.Multiply()([x, gain])


def _read_along(x: Tensor, mask: Tensor, channels: int, heads: int, dropout: float, shift: _Shift) -> Tensor:
    """The neck: what the head sees of each frame."""
    frames, others = layers.Reshape((-1, 1))(mask), layers.Reshape((1, -1))(mask)
    beside = _normalise(layers.Conv1D(channels, 1, use_bias=False, name="beside")(x), "beside")
    x = _normalise(layers.Conv1D(channels, 1, use_bias=False, name="reduce")(x), "reduce")
    x = layers.Multiply()([x, frames])
    y = layers.DepthwiseConv1D(7, padding="same", use_bias=False, name="neighbours")(x)
    x = layers.Add()([x, _normalise(y, "neighbours")])
    for block in (1, 2):
        x = _attend(x, others, channels, heads, dropout, f"attention{block}", shift)
    return layers.Add(name="features")([layers.LayerNormalization(epsilon=1e-6, name="line_norm")(x), beside])


def _attend(x: Tensor, others: Tensor, channels: int, heads: int, dropout: float, name: str, shift: _Shift) -> Tensor:
    """A block of a transformer, normalised first; frames beyond the picture are not attended to."""
    y = layers.LayerNormalization(epsilon=1e-5, name=f"{name}_norm")(x)
    y = layers.MultiHeadAttention(heads, channels // heads, name=name)(y, y, attention_mask=others)
    x = layers.Add()([x, layers.Dropout(dropout)(y)])
    y = layers.LayerNormalization(epsilon=1e-5, name=f"{name}_mixing_norm")(x)
    y = layers.Dense(2 * channels, activation="silu", name=f"{name}_expand")(y)
    y = shift(layers.Dense(channels, name=f"{name}_project")(y))
    return layers.Add()([x, layers.Dropout(dropout)(y)])


def _normalise(x: Tensor, name: str) -> Tensor:
    return layers.Activation("silu")(_FixedNormalization(epsilon=1e-5, name=f"{name}_norm")(x))


def _halve(x: Tensor, channels: int, name: str) -> Tensor:
    """Half the rows and columns; padded at the top and at the left, other than Keras would."""
    x = layers.ZeroPadding2D(((1, 0), (1, 0)))(x)
    return layers.Conv2D(channels, 3, 2, activation="relu", name=name)(x)


def _within(x: Tensor, mask: Tensor) -> Tensor:
    """A feature map that is 0 beyond its picture."""
    return layers.Multiply()([x, mask])
