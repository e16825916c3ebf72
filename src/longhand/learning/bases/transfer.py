"""From the file of a base to a network of ours that answers the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from longhand.learning.bases.heads import cut
from longhand.learning.bases.initializers import LAST, copy_weights
from longhand.learning.errors import ShapeMismatch
from longhand.learning.svtr import build_svtr

CHARACTERS = "character"
"""Where the file keeps the characters of its outputs, one a line, without the blank before and the space after them."""


@dataclass(frozen=True)
class Graph:
    """What there is of a base in its file: weights by name, and the character of each output, the blank first."""

    weights: Mapping[str, NDArray[np.float32]]
    known: Sequence[str]


def read_graph(file: Path) -> Graph:
    """Read an ONNX file; raises ShapeMismatch where it names no characters."""
    import onnx

    model = onnx.load(file)
    named = {entry.key: entry.value for entry in model.metadata_props}
    if CHARACTERS not in named:
        raise ShapeMismatch(f"{file} does not say which characters its outputs are.")
    weights = {one.name: onnx.numpy_helper.to_array(one) for one in model.graph.initializer}
    return Graph(weights, ["", *named[CHARACTERS].split("\n"), " "])


def transfer(graph: Graph, network: Mapping[str, int], characters: str | None = None) -> keras.Model:
    """A network of `build_svtr` with the weights of a graph, its outputs the blank and `characters`, or all it knows.

    Raises ShapeMismatch where the graph is of another network.
    """
    weights, outputs = dict(graph.weights), len(graph.known)
    if characters is not None:
        last = {name: weights[name] for name in (f"{LAST}.w_0", f"{LAST}.b_0") if name in weights}
        weights |= {name: cut(values, graph.known, characters) for name, values in last.items()}
        outputs = 1 + len(characters)
    model = build_svtr(outputs=outputs, **network)
    copy_weights(weights, model)
    return model
