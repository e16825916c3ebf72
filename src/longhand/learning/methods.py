"""What is particular to a task in learning; the module of each task in this room has its own as `METHODS`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.alphabet import Alphabet
from longhand.handwriting.batching import Floats
from longhand.learning.batches import Sampling
from longhand.learning.prepared import Item, PreparedSet
from longhand.learning.scoring import Decisive
from longhand.tasks import Task, part

Pixels = NDArray[np.uint8]
Shift = Callable[[keras.Model], keras.Model]


@dataclass(frozen=True)
class Method:
    """How the networks of a task learn that are of one kind.

    `build` takes the outputs and what the recipe says of the network. `batches` are those from an epoch on. `score`
    and `read` are what scoring says of them. `fits` is whether a network can learn the text of a picture, `lay` gives
    it pictures side by side, and `distort` is what training does to them, more at more strength. `stride` are the
    columns of a frame, 0 where a picture has none. `shift` makes a network take the shifts of one person's hand beside
    each picture; there is none where this kind cannot.
    """

    build: Callable[..., keras.Model]
    loss: Callable[[], keras.losses.Loss]
    batches: Callable[[PreparedSet, Sequence[Item], Alphabet, Sampling, int], keras.utils.PyDataset]
    score: Callable[[keras.Model, PreparedSet, Sequence[Item], Alphabet, Decisive], dict[str, float]]
    read: Callable[[keras.Model, PreparedSet, Sequence[Item], Alphabet], Iterator[tuple[Item, str]]]
    fits: Callable[[Item, Alphabet], bool]
    lay: Callable[[Sequence[Pixels]], tuple[Floats, ...]]
    distort: Callable[[Pixels, np.random.Generator, float], Pixels]
    stride: int = 0
    shift: Shift | None = None


def find_method(task: Task, kind: str = "") -> Method:
    """The method of a task's networks of a kind, by `network.kind` of its recipe."""
    methods: Mapping[str, Method] = part(__package__, task).METHODS
    return methods[kind]
