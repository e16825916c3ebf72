"""How large gradients are before they are clipped."""

from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
from keras import ops
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Norms:
    """Of some steps: the mean norm of the gradients that are finite, the share of steps in which they were clipped, and
    the number of steps in which they were not finite. On several devices, of what the first one contributes."""

    mean: float
    clipped: float
    broken: int


class Gauge:
    """Gathers the norms of gradients, within compiled steps as well, until they are read."""

    def __init__(self, clip: float) -> None:
        self._clip = clip
        self._sums = np.zeros(4)
        self._variable: keras.Variable | None = None  # the sums where a compiled step can change nothing else
        if keras.backend.backend() == "tensorflow":
            self._variable = keras.Variable(
                np.zeros(4), trainable=False, dtype="float32", autocast=False, aggregation="only_first_replica"
            )

    def measure(self, gradients: Sequence[keras.KerasTensor | None]) -> None:
        """Take note of a step's gradients."""
        squares = [ops.sum(ops.square(ops.cast(g, "float32"))) for g in gradients if g is not None]
        norm = ops.sqrt(sum(squares[1:], start=squares[0]))
        finite = ops.isfinite(norm)
        seen = ops.where(finite, norm, ops.zeros_like(norm))
        clipped, broken = ops.cast(norm > self._clip, "float32"), 1 - ops.cast(finite, "float32")
        self._add(ops.stack([ops.ones_like(norm), seen, clipped, broken]))

    def read(self) -> Norms | None:
        """What was gathered since the last reading; None where nothing was."""
        steps, total, clipped, broken = self._take()
        return Norms(total / max(1, steps - broken), clipped / steps, int(broken)) if steps else None

    def _take(self) -> list[float]:
        """The sums, which begin anew."""
        if self._variable is None:
            sums, self._sums = self._sums, np.zeros(4)
            return sums.tolist()
        gathered: list[float] = np.asarray(self._variable).tolist()
        self._variable.assign(np.zeros(4))
        return gathered

    def _add(self, step: keras.KerasTensor) -> None:
        if self._variable is not None:
            self._variable.assign_add(step)
        elif keras.backend.backend() == "jax":  # a variable that belongs to no model does not leave a compiled step
            import jax

            jax.debug.callback(self._receive, step)
        else:
            self._receive(ops.convert_to_numpy(step))

    def _receive(self, step: ArrayLike) -> None:
        self._sums = self._sums + np.asarray(step)


class GaugedAdamW(keras.optimizers.AdamW):
    """AdamW, whose `gauge` knows the gradients' norms; its variables are AdamW's."""

    _rate: keras.KerasTensor | None = None

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.gauge = Gauge(self.global_clipnorm or float("inf"))

    def _know_rate(self) -> keras.KerasTensor:
        return super().learning_rate if self._rate is None else self._rate

    learning_rate = keras.optimizers.AdamW.learning_rate.getter(_know_rate)
    """The rate of this step; worked out once, though the decay of every variable asks for it."""

    def apply(
        self, grads: Sequence[keras.KerasTensor | None], trainable_variables: Sequence[keras.Variable] | None = None
    ) -> None:
        """One step."""
        if grads:
            self.gauge.measure(grads)
        self._rate = self.learning_rate
        try:
            super().apply(grads, trainable_variables)
        finally:
            self._rate = None
