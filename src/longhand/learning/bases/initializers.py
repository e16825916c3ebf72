"""The weights of PP-OCRv6 small, by their names in its ONNX graph, as those of `learning.svtr`.

A convolution has a kernel `conv2d_<number>.w_0` and, where it has no normalisation, a bias: those are numbered in the
order of the graph, which is that of CONVOLUTIONS. Heads of attention lie side by side in one product.
"""

from collections.abc import Iterator, Mapping

import keras
import numpy as np
from numpy.typing import NDArray

from longhand.learning.errors import ShapeMismatch
from longhand.learning.networks import HEAD

Floats = NDArray[np.float32]
Initializers = Mapping[str, Floats]

CONVOLUTIONS: Mapping[str, tuple[int, ...]] = {
    "stem": (68, 69, 70, 71, 72),
    "stage1_block1": (74, 7, 8, 75, 76),
    "stage1_block2": (78, 79, 80),
    "stage1_block3": (82, 83, 84),
    "descent1": (85, 86, 87),
    "stage2_block1": (89, 24, 25, 90, 91),
    "stage2_block2": (93, 94, 95),
    "stage2_block3": (97, 34, 35, 98, 99),
    "stage2_block4": (101, 102, 103),
    "stage2_block5": (105, 44, 45, 106, 107),
    "stage2_block6": (109, 110, 111),
    "descent2": (112, 113, 114),
    "stage3_block1": (116, 57, 58, 117, 118),
    "stage3_block2": (120, 121, 122),
}
"""The numbers of the kernels of each part."""

PARTS = {
    3: ("_depthwise", "_expand", "_project"),
    5: ("_depthwise", "_squeeze", "_excite", "_expand", "_project"),
}
NORMALISED = {"beside": (67, 57), "reduce": (65, 55), "neighbours": (66, 56)}
"""The numbers of kernel and batch normalisation."""

LAYERS = ("attention1_norm", "attention1_mixing_norm", "attention2_norm", "attention2_mixing_norm", "line_norm")
"""The normalisations of layers, in the order of the graph."""

PRODUCTS = {"attention1": 0, "attention2": 4}
"""The first of the four products of each block of attention."""

LAST = "linear_8"


def copy_weights(given: Initializers, model: keras.Model) -> None:
    """Give a network of `build_svtr` the weights of the graph, the head's as they are in `given`.

    Raises ShapeMismatch where one is missing or of another shape.
    """
    for name, weights in _layers(given, model):
        layer = model.get_layer(name)
        shapes = [weight.shape for weight in layer.weights]
        if shapes != [one.shape for one in weights]:
            raise ShapeMismatch(f"The base has {[one.shape for one in weights]} for {name}, the network {shapes}.")
        layer.set_weights(weights)


def _layers(given: Initializers, model: keras.Model) -> Iterator[tuple[str, list[Floats]]]:
    """Each layer's name, and its weights as Keras has them."""
    heads = model.get_layer("attention1").num_heads
    try:
        yield from _convolutions(given)
        for name, (kernel, statistics) in NORMALISED.items():
            across = given[f"conv2d_{kernel}.w_0"][:, :, 0].transpose(2, 1, 0)
            yield name, [across if across.shape[1] > 1 else across.transpose(0, 2, 1)]
            norm = f"batch_norm2d_{statistics}"
            yield f"{name}_norm", [given[f"{norm}.{part}"] for part in ("w_0", "b_0", "w_1", "w_2")]
        for place, name in enumerate(LAYERS):
            yield name, [given[f"helper.reshape.{2 * place + part}"] for part in (0, 1)]
        for name, first in PRODUCTS.items():
            yield name, _attention(given, first, heads)
            yield f"{name}_expand", _product(given, f"linear_{first + 2}")
            yield f"{name}_project", _product(given, f"linear_{first + 3}")
        yield HEAD, _product(given, LAST)
    except KeyError as error:
        raise ShapeMismatch(f"The base has no weights {error}: it is another network than PP-OCRv6 small.") from error


def _convolutions(given: Initializers) -> Iterator[tuple[str, list[Floats]]]:
    bias = 0
    for part, numbers in CONVOLUTIONS.items():
        names = [part + end for end in PARTS[len(numbers)]] if part != "stem" else [f"stem{i}" for i in range(1, 6)]
        for name, number in zip(names, numbers, strict=True):
            kernel = given[f"conv2d_{number}.w_0"].transpose(2, 3, 1, 0)
            if name == "stem1":
                kernel = kernel.sum(axis=2, keepdims=True)  # three equal channels are one
            elif name.endswith("_depthwise"):
                kernel = kernel.transpose(0, 1, 3, 2)
            yield name, [kernel, given[f"p2o.pd_op.reshape.{bias}.0"].ravel()]
            bias += 1


def _attention(given: Initializers, first: int, heads: int) -> list[Floats]:
    """Query, key, value and output, each a kernel and a bias."""
    kernel, bias = _product(given, f"linear_{first}")
    channels = kernel.shape[0]
    kernels = kernel.reshape(channels, 3, heads, channels // heads)
    biases = bias.reshape(3, heads, channels // heads)
    last, offset = _product(given, f"linear_{first + 1}")
    inner = [one for part in range(3) for one in (kernels[:, part], biases[part])]
    return [*inner, last.reshape(heads, channels // heads, channels), offset]


def _product(given: Initializers, name: str) -> list[Floats]:
    return [given[f"{name}.w_0"], given[f"{name}.b_0"]]
