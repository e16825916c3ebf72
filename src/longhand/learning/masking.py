"""Layers that heed where a picture ends: what lies in the padding beside it counts for nothing."""

from typing import TypeAlias

import keras
from keras import layers, ops

Tensor: TypeAlias = keras.KerasTensor


@keras.saving.register_keras_serializable("longhand")
class MaskedMean(layers.Layer):
    """The mean over rows and columns of a feature map within its picture.

    From (n, rows, columns, c) and a mask of (n, 1, columns, 1) to (n, 1, 1, c). Summed in float32: a long line has
    thousands of places.
    """

    def call(self, x: Tensor, mask: Tensor) -> Tensor:
        seen = ops.cast(mask, "float32")
        total = ops.sum(ops.cast(x, "float32") * seen, axis=(1, 2), keepdims=True)
        places = x.shape[1] * ops.sum(seen, axis=(1, 2), keepdims=True)
        return ops.cast(total / ops.maximum(places, 1.0), x.dtype)


@keras.saving.register_keras_serializable("longhand")
class MaskedPooling(layers.Layer):
    """The mean over all rows and every two columns of a feature map, of those columns that are within its picture.

    From (n, rows, columns, c) and a mask of (n, 1, columns, 1) to (n, columns / 2, c).
    """

    def call(self, x: Tensor, mask: Tensor) -> Tensor:
        mask = ops.cast(mask, x.dtype)
        total = ops.average_pool(x * mask, (x.shape[1], 2), (x.shape[1], 2))
        share = ops.average_pool(mask, (1, 2), (1, 2))
        return ops.squeeze(total / ops.maximum(share, 0.5), axis=1)  # of two columns, one or both are within
