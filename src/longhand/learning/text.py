"""How networks for words and lines learn."""

from collections.abc import Callable
from functools import partial

import keras

from longhand.handwriting.batching import STRIDE, lay
from longhand.learning import svtr
from longhand.learning.augmentation import distort_text
from longhand.learning.batches import TextBatches, fits
from longhand.learning.losses import CtcLoss
from longhand.learning.methods import Method, Shift
from longhand.learning.networks import build_text
from longhand.learning.scoring import read_texts, score_text


def _learn(build: Callable[..., keras.Model], stride: int, shift: Shift | None = None) -> Method:
    """The method of a network with a frame for every `stride` columns."""
    return Method(
        build,
        CtcLoss,
        partial(TextBatches, stride=stride),
        partial(score_text, stride=stride),
        partial(read_texts, stride=stride),
        partial(fits, stride=stride),
        lay,
        distort_text,
        stride,
        shift,
    )


METHODS = {"": _learn(build_text, STRIDE), "svtr": _learn(svtr.build_svtr, svtr.STRIDE, svtr.with_shifts)}
