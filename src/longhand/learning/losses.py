"""What training minimises."""

from itertools import pairwise

import keras
from keras import ops


@keras.saving.register_keras_serializable("longhand")
class CtcLoss(keras.losses.Loss):
    """Connectionist temporal classification (Graves et al., 2006), output 0 the blank.

    Truth: int32 (pictures, 1 + longest), first the number of frames, then the outputs that spell the text,
    padded with 0. Prediction: logits (pictures, frames, outputs). The loss of a picture is divided by nothing.
    """

    def call(self, y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
        y_true = ops.cast(y_true, "int32")
        frames, labels = y_true[:, 0], y_true[:, 1:]
        lengths = ops.sum(ops.cast(labels > 0, "int32"), axis=1)
        return ops.ctc_loss(labels, ops.cast(y_pred, "float32"), lengths, frames, mask_index=0)


def frames_needed(labels: list[int]) -> int:
    """The fewest frames in which CTC can spell a label: one each, and a blank between repeated ones."""
    return len(labels) + sum(a == b for a, b in pairwise(labels))
