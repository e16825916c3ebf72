"""Where a training runs: on the GPUs of the machine, all of them, or else on its processor."""

import contextlib
import os
from collections.abc import Iterator

import keras


@contextlib.contextmanager
def placed() -> Iterator[str]:
    """Place what is built inside on the devices there are, several by data parallelism, and name them."""
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        gpus = tf.config.list_logical_devices("GPU")
        with tf.distribute.MirroredStrategy().scope() if len(gpus) > 1 else contextlib.nullcontext():
            yield f"tensorflow on {_count(len(gpus))}"
    elif backend == "jax":
        import jax

        gpus = [d for d in jax.devices() if d.platform == "gpu"]
        if len(gpus) > 1:
            keras.distribution.set_distribution(keras.distribution.DataParallel(devices=[f"gpu:{d.id}" for d in gpus]))
        yield f"jax on {_count(len(gpus))}"
    else:
        import torch

        yield f"torch on {_count(torch.cuda.device_count())}"


def _count(gpus: int) -> str:
    return f"{gpus} GPU{'s' * (gpus > 1)}" if gpus else f"the processor ({os.cpu_count()} cores)"


def misfits() -> tuple[type[Exception], ...]:
    """What the backend raises where data and network do not fit."""
    if keras.backend.backend() != "tensorflow":
        return ValueError, TypeError
    import tensorflow as tf

    return ValueError, TypeError, tf.errors.InvalidArgumentError


def explain(error: Exception) -> str:
    """The line of a backend's error that says what is wrong, rather than where in its graph."""
    where = (" ", "\t", "Graph execution error", "Detected at node", "<stack traces")
    return next((line for line in str(error).splitlines() if line and not line.startswith(where)), str(error))


def set_precision(name: str) -> None:
    """Choose float32 or mixed_bfloat16 arithmetic for what is built afterwards."""
    keras.mixed_precision.set_global_policy(name)
