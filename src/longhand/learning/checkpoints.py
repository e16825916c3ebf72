"""The state of a training on disk, from which it goes on after a stop."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.lib.npyio import NpzFile
from numpy.typing import NDArray

from longhand import durable
from longhand.learning.errors import ShapeMismatch

Arrays = list[NDArray[np.generic]]


@dataclass(frozen=True)
class State:
    """What is known after an epoch: its number, the best score so far and when, the history of the curves, and on which
    devices it came so far."""

    epoch: int
    best: float
    best_epoch: int
    history: list[dict[str, float]]
    device: str = ""


@dataclass(frozen=True)
class _Saved:
    """What a file of the folder holds; the weights of the best epoch have no optimiser and no state."""

    weights: Arrays
    optimizer: Arrays
    state: State | None


class Checkpoints:
    """A folder with the last and the best state of one training; `key` names data and parameters.

    A file appears whole or not at all, and one written under another key is not used.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self._folder, self._key = folder, key
        folder.mkdir(parents=True, exist_ok=True)

    def save(self, model: keras.Model, state: State) -> None:
        """Keep the model with its optimiser, to go on from."""
        optimizer = [np.asarray(v) for v in model.optimizer.variables]
        self._write("last", model.get_weights(), optimizer, {"key": self._key, "state": state.__dict__})

    def save_best(self, model: keras.Model, scores: Mapping[str, float]) -> None:
        """Keep the weights of the best epoch so far."""
        self._write("best", model.get_weights(), [], {"key": self._key, "scores": dict(scores)})

    def resume(self, model: keras.Model) -> State | None:
        """Put the last state back into a model whose optimiser is built; None where there is none to go on from."""
        found = self._read("last")
        if found is None:
            return None
        if len(found.optimizer) != len(model.optimizer.variables):
            raise ShapeMismatch("The checkpoint belongs to another optimiser. Remove it to begin anew.")
        model.set_weights(found.weights)
        for variable, value in zip(model.optimizer.variables, found.optimizer, strict=True):
            variable.assign(value)
        return found.state

    def restore_best(self, model: keras.Model) -> None:
        """Put the best weights into a model."""
        found = self._read("best")
        if found is not None:
            model.set_weights(found.weights)

    def _write(self, name: str, weights: Arrays, optimizer: Arrays, meta: Mapping[str, object]) -> None:
        arrays = {f"w{i}": w for i, w in enumerate(weights)} | {f"o{i}": o for i, o in enumerate(optimizer)}
        with durable.replacing(self._folder / f"{name}.npz") as file:
            np.savez(file, allow_pickle=False, meta=np.array(json.dumps(meta)), **arrays)

    def _read(self, name: str) -> _Saved | None:
        path = self._folder / f"{name}.npz"
        if not path.exists():
            return None
        with np.load(path) as arrays:
            meta = json.loads(str(arrays["meta"]))
            if meta["key"] != self._key:
                return None
            state = State(**meta["state"]) if "state" in meta else None
            return _Saved(_numbered(arrays, "w"), _numbered(arrays, "o"), state)


def _numbered(arrays: NpzFile, letter: str) -> Arrays:
    count = sum(name[0] == letter and name[1:].isdigit() for name in arrays.files)
    return [arrays[f"{letter}{i}"] for i in range(count)]
