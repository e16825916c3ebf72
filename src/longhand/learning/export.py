"""From a trained network to the file that is served."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from longhand.learning import losses, networks, svtr  # noqa: F401 - they register what a saved network is made of
from longhand.learning.errors import ParityError, ShapeMismatch
from longhand.learning.networks import HEAD

OPSET = 17
TOLERANCE = 1e-3
"""Logits may differ by this much between the trained and the exported network."""


def export_onnx(model: keras.Model, path: Path, features: bool = False) -> None:
    """Write a network as one ONNX file, aside and then renamed. Needs the TensorFlow backend.

    With `features` it answers logits, and then what its last layer sees: (pictures, frames, channels) of text.
    """
    model = with_features(model) if features else model
    with tempfile.TemporaryDirectory(dir=path.parent) as aside:
        draft = Path(aside) / path.name
        _answer(model, [np.zeros([size or 64 for size in given.shape], np.float32) for given in model.inputs])
        model.export(draft, format="onnx", verbose=False, opset_version=OPSET)
        draft.replace(path)


def with_features(model: keras.Model) -> keras.Model:
    """A network that answers what its last layer sees as well, after the logits; it shares the weights."""
    return keras.Model(model.inputs, [model.output, model.get_layer(HEAD).input], name=model.name)


def count_features(model: keras.Model) -> int:
    """How many values the last layer sees of a frame or of a picture."""
    return int(model.get_layer(HEAD).input.shape[-1])


def load_network(weights: Path) -> keras.Model:
    """A network as it was saved, in float32 and ready to answer; raises ShapeMismatch where the file holds none."""
    try:
        return keras.saving.load_model(weights, compile=False)
    except (ValueError, OSError, TypeError) as error:
        raise ShapeMismatch(f"{weights} is not a network of this release. Train it again.") from error


def check_parity(model: keras.Model, exported: NDArray[np.floating], inputs: Sequence[NDArray[np.floating]]) -> float:
    """The largest difference between what a network and its export answer; raises ParityError above TOLERANCE."""
    trained = _answer(model, inputs)
    if trained.shape != exported.shape:
        raise ParityError(f"The export answers {exported.shape} where the network answers {trained.shape}.")
    difference = float(np.abs(trained - exported).max())
    if not difference <= TOLERANCE:
        raise ParityError(f"The export differs from the network by {difference:.2g}; {TOLERANCE} is allowed.")
    return difference


def _answer(model: keras.Model, inputs: Sequence[NDArray[np.floating]]) -> NDArray[np.float32]:
    """A network's logits for its inputs; an export needs a network that has answered once."""
    given = list(inputs) if len(inputs) > 1 else inputs[0]
    answer = model(given, training=False)
    logits = answer[0] if isinstance(answer, list) else answer
    return np.asarray(keras.ops.convert_to_numpy(logits), np.float32)


def in_float32(model: keras.Model, build_again: keras.Model) -> keras.Model:
    """The weights of a network trained in mixed precision, in one built for float32."""
    build_again.set_weights(model.get_weights())
    return build_again
