"""What is watched while a network learns: loss, gradients, weights, speed, and the batches it is given."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from longhand.handwriting.batching import Floats
from longhand.learning.errors import NotANumber
from longhand.learning.gradients import Gauge
from longhand.learning.logger import TrainingLogger, TrainingLoggers

Batch = tuple[Floats | tuple[Floats, Floats], NDArray[np.int32]]
"""Pixels, for words and lines with their mask, and labels."""

EVERY = 20
"""Steps whose mean is reported as one value."""


@dataclass(frozen=True)
class Watching:
    """Where a training reports to, how a model reads the validation samples, and in which sets labels occur."""

    logger: TrainingLogger = field(default_factory=TrainingLoggers)
    sample: Callable[[keras.Model], Mapping[str, str]] = lambda model: {}
    origin: Callable[[NDArray[np.int32]], str] = lambda labels: ""


@dataclass(frozen=True)
class Facts:
    """What a batch is: its arrays' shapes, its labels as the loss wants them, and numbers by name."""

    shapes: str
    labels: NDArray[np.int32]
    numbers: Mapping[str, float]

    def __str__(self) -> str:
        return f"{self.shapes}, " + ", ".join(f"{name} {value:.4g}" for name, value in self.numbers.items())


def examine(batch: Batch) -> Facts:
    """The facts of a batch for words and lines, or for characters; pixels are counted where a picture is."""
    inputs, labels = batch
    pixels, mask = inputs if isinstance(inputs, tuple) else (inputs, np.ones(inputs.shape[::2][:2]))
    shown = float(mask.sum()) * pixels.shape[1]
    flat = pixels.ravel()
    mean = float(flat.sum()) / shown
    numbers = {
        "pictures": float(len(pixels)),
        "columns": float(pixels.shape[2]),
        "padding": 1 - float(mask.mean()),
        "pixel_mean": mean,
        "pixel_deviation": float(np.sqrt(max(0.0, float(flat @ flat) / shown - mean**2))),
    }
    if labels.ndim == 2:
        numbers["label_length"] = float((labels[:, 1:] > 0).sum(axis=1).mean())
    return Facts(f"pixels {pixels.shape}, labels {labels.shape}", labels, numbers)


class Observed(keras.utils.PyDataset):
    """The same batches, whose facts are kept until they are asked for."""

    def __init__(self, batches: keras.utils.PyDataset) -> None:
        super().__init__(batches.workers, batches.use_multiprocessing, batches.max_queue_size)
        self._batches = batches
        self._facts: dict[int, Facts] = {}

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, index: int) -> Batch:
        batch = self._batches[index]
        self._facts[index] = examine(batch)
        return batch

    def on_epoch_end(self) -> None:
        """Forget, and go on to the next epoch."""
        self._facts.clear()
        self._batches.on_epoch_end()

    def facts(self, index: int) -> Facts | None:
        """Those of a batch, and no longer those before it; None where it was not made in this process."""
        for past in [known for known in list(self._facts) if known < index]:  # batches are made in another thread
            self._facts.pop(past, None)
        return self._facts.get(index)


class Guard(keras.callbacks.Callback):
    """Raises NotANumber if the loss is NaN or infinite; the message names the step and its batch."""

    def __init__(self, batches: Observed, origin: Callable[[NDArray[np.int32]], str]) -> None:
        super().__init__()
        self._batches, self._origin = batches, origin

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        if not logs or np.isfinite(logs["loss"]):
            return
        facts = self._batches.facts(batch)
        origin = facts and self._origin(facts.labels)
        raise NotANumber(
            f"The loss is {logs['loss']} at step {batch + 1}. Lower the learning rate, or mend the data."
            + (f" The batch: {facts}{origin and f', with texts as in {origin}'}." if facts else "")
        )


class Watch(keras.callbacks.Callback):
    """Reports every few steps to the logger."""

    def __init__(self, batches: Observed, gauge: Gauge, logger: TrainingLogger, steps: int) -> None:
        super().__init__()
        self._batches, self._gauge, self._logger, self._steps = batches, gauge, logger, steps
        self._first, self._seen, self._lost = 0, 0.0, 0.0
        self._begin()

    def _begin(self) -> None:
        self._started = time.monotonic()
        self._gathered: list[Mapping[str, float]] = []

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        self._first, self._seen, self._lost = epoch * self._steps, 0.0, 0.0
        self._begin()

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        facts = self._batches.facts(batch)
        self._gathered.append(facts.numbers if facts else {})
        if len(self._gathered) == EVERY or batch + 1 == self._steps:
            self._logger.note(self._first + batch + 1, self._summarise(float((logs or {})["loss"])))
            self._begin()

    def _summarise(self, mean: float) -> dict[str, float]:
        """What is known of the steps since the last time; `mean` is Keras' mean loss of all pictures of the epoch."""
        pictures = sum(numbers.get("pictures", 1.0) for numbers in self._gathered)
        lost = mean * (self._seen + pictures)
        loss, self._seen, self._lost = (lost - self._lost) / pictures, self._seen + pictures, lost
        reported = {
            "loss": loss,
            "learning_rate": float(self.model.optimizer.learning_rate),
            "pictures_per_second": pictures / max(1e-9, time.monotonic() - self._started),
            "weights_norm": norm(self.model),
        }
        if norms := self._gauge.read():
            reported |= {"gradient_norm": norms.mean, "clipped": norms.clipped, "gradients_not_finite": norms.broken}
        names = set.intersection(*(set(numbers) for numbers in self._gathered))
        means = {name: float(np.mean([one[name] for one in self._gathered])) for name in sorted(names)}
        return {f"training/{k}": v for k, v in reported.items()} | {f"batches/{k}": v for k, v in means.items()}


def norm(model: keras.Model) -> float:
    """The length of all trained weights as one vector."""
    return float(np.sqrt(sum(float(ops.sum(ops.square(v.value))) for v in model.trainable_variables)))
