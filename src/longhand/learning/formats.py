"""Trained networks in forms that other programs run."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from longhand.learning.errors import ShapeMismatch
from longhand.learning.export import load_network

Inputs = Sequence[NDArray[np.floating]]


def write_keras(weights: Path, target: Path) -> None:
    """Write a network as a `.keras` file; who loads it imports `longhand.learning.export` first."""
    load_network(weights)
    shutil.copyfile(weights, target)


def write_saved_model(weights: Path, target: Path) -> None:
    """Write a network as TensorFlow's SavedModel, a folder with an endpoint `serve`. Needs the TensorFlow backend."""
    if keras.backend.backend() != "tensorflow":
        raise ShapeMismatch("A SavedModel is made with TensorFlow. Unset KERAS_BACKEND.")
    load_network(weights).export(target, format="tf_saved_model", verbose=False)


def answer_keras(path: Path, inputs: Inputs) -> NDArray[np.float32]:
    """The logits of a `.keras` file for a network's inputs."""
    given = [keras.ops.convert_to_tensor(one) for one in inputs]
    answer = load_network(path)(given if len(given) > 1 else given[0], training=False)
    return np.asarray(keras.ops.convert_to_numpy(answer), np.float32)


def answer_saved_model(path: Path, inputs: Inputs) -> NDArray[np.float32]:
    """The logits of a SavedModel for a network's inputs, from TensorFlow alone."""
    import tensorflow as tf

    given = [tf.convert_to_tensor(one) for one in inputs]
    loaded = tf.saved_model.load(str(path))  # its variables live as long as it does
    return np.asarray(loaded.serve(given if len(given) > 1 else given[0]).numpy(), np.float32)
