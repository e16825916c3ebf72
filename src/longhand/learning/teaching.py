"""A small network that learns from a large one: what it takes for likely in each frame, beside the labels."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
from keras import ops

from longhand.bundles.card import Card, read_card
from longhand.handwriting.alphabet import Alphabet
from longhand.handwriting.batching import Floats
from longhand.learning.diagnostics import Observed
from longhand.learning.losses import CtcLoss
from longhand.learning.methods import find_method
from longhand.learning.start import Start, read_start
from longhand.tasks import Task


@keras.saving.register_keras_serializable("longhand")
class TaughtLoss(keras.losses.Loss):
    """The loss of CTC, and `weight` times the cross entropy between a teacher's probabilities and the network's, summed
    over a picture's frames (Hinton et al., Distilling the Knowledge in a Neural Network, 2015).

    Truth: float32 (pictures, 1 + longest + frames · outputs), first what CtcLoss wants, then the teacher's
    probabilities by frame, all of them 0 where it was not asked. Prediction: logits (pictures, frames, outputs).
    """

    def __init__(self, weight: float, name: str = "taught_loss") -> None:
        super().__init__(name=name)
        self.weight, self._ctc = weight, CtcLoss()

    def call(self, y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
        shape = ops.shape(y_pred)
        size = shape[1] * shape[2]
        targets = ops.reshape(y_true[:, -size:], shape)
        likely = ops.log_softmax(ops.cast(y_pred, "float32"))
        return self._ctc.call(y_true[:, :-size], y_pred) - self.weight * ops.sum(targets * likely, axis=(1, 2))

    def get_config(self) -> dict[str, Any]:
        """What the loss is made from again."""
        return {"weight": self.weight, "name": self.name}


@dataclass(frozen=True)
class Teacher:
    """A trained network that takes pictures of `height` rows and gives a frame for every `stride` columns. Its
    characters stand so many frames, `lag`, behind those of the network that it teaches. Of so many batches, `every`, it
    is shown one."""

    network: keras.Model
    height: int
    stride: int
    lag: int
    every: int

    def answer(self, pixels: Floats, mask: Floats, frames: int) -> Floats:
        """The probabilities in so many frames of each picture, (pictures, frames, outputs), 0 beyond its end.

        Pictures, laid side by side as another network takes them, are enlarged to the rows of this one and so far along
        the line that it gives as many frames: each then answers for the same place, but for the lag. Where that widens
        them by a third it reads as well as before. The last frames, whose answers are missing by the lag, are 0 too.
        """
        columns = frames * self.stride
        shown = [cv2.resize(one[..., 0], (columns, self.height), interpolation=cv2.INTER_LINEAR) for one in pixels]
        written = np.repeat(mask[:, :: mask.shape[1] // frames], self.stride, axis=1)
        logits = self.network.predict_on_batch([np.stack(shown)[..., None], written])
        likely = ops.convert_to_numpy(ops.softmax(ops.cast(logits, "float32")))
        likely *= written[:, :: self.stride, None]
        return np.pad(likely[:, self.lag :], ((0, 0), (0, self.lag), (0, 0)))


class Taught(keras.utils.PyDataset):
    """The same batches for words and lines, with what a teacher says of some of them, as TaughtLoss takes it."""

    def __init__(self, batches: Observed, teacher: Teacher, outputs: int, stride: int) -> None:
        super().__init__(batches.workers, batches.use_multiprocessing, batches.max_queue_size)
        self._batches, self._teacher, self._outputs, self._stride = batches, teacher, outputs, stride

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, index: int) -> tuple[tuple[Floats, Floats], Floats]:
        (pixels, mask), labels = self._batches[index]
        frames = pixels.shape[2] // self._stride
        targets = np.zeros((len(pixels), frames, self._outputs), np.float32)
        if index % self._teacher.every == 0:
            targets = self._teacher.answer(pixels, mask, frames)
        return (pixels, mask), np.hstack([labels.astype(np.float32), targets.reshape(len(pixels), -1)])

    def on_epoch_end(self) -> None:
        """Go on to the next epoch."""
        self._batches.on_epoch_end()


@dataclass(frozen=True)
class Lessons:
    """The network that teaches, with its card; how often it is asked and how far it lags, see Teacher, and how much its
    answers count, see TaughtLoss."""

    start: Start
    card: Card
    every: int = 1
    weight: float = 1.0
    lag: int = 0

    def prepare(self, task: Task, alphabet: Alphabet) -> Teacher:
        """The teacher, in the arithmetic that is chosen and with the outputs of an alphabet."""
        sizes = dict(self.card.network)
        network = find_method(task, str(sizes.pop("kind", ""))).build(outputs=alphabet.size, **sizes)
        self.start.copy_to(network, alphabet)
        network.compile(jit_compile=keras.backend.backend() == "jax")
        return Teacher(network, self.card.height, self.card.stride, self.lag, self.every)


def read_lessons(bundle: Path, sha256: str, **how: Any) -> Lessons:
    """What a bundle can teach, and how, as Lessons has it; raises ShapeMismatch where its weights are not those with
    the hash that is given."""
    return Lessons(read_start(bundle, sha256), read_card(bundle), **how)
