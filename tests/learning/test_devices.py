"""Where a training runs, and what the backend's errors mean."""

import os
import subprocess
import sys

import keras
import pytest

from longhand.learning.devices import explain, placed, set_precision

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = """
import tempfile
from pathlib import Path
import tensorflow as tf

processor = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * 2)

import keras
import numpy as np
from longhand.learning.fitting import Schedule, fit
from tests.learning.material import Batches, linear, noise

strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
assert strategy.num_replicas_in_sync == 2
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
folder = Path(tempfile.mkdtemp())

def train(epochs):
    schedule = Schedule(epochs, 10, 0.01)
    return fit(linear, loss, lambda epoch: Batches(noise, 10), lambda model: {"score": 0.0}, schedule, folder, "k")

with strategy.scope():
    assert isinstance(linear().trainable_variables[0].value, tf.distribute.DistributedValues)
    train(2)
    history = train(4).history
print([line["epoch"] for line in history], history[3]["loss"] < 0.7 * history[0]["loss"])
"""


def test_the_devices_are_named() -> None:
    import tensorflow as tf

    gpus = len(tf.config.list_logical_devices("GPU"))
    with placed() as device:
        assert device == (
            f"tensorflow on {gpus} GPU" + "s" * (gpus > 1)
            if gpus
            else f"tensorflow on the processor ({os.cpu_count()} cores)"
        )


@pytest.mark.timeout(600)
def test_a_training_on_two_devices_learns_and_goes_on_from_its_checkpoint() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(["src", "."])},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[1, 2, 3, 4] True"


def test_precision_is_for_what_is_built_afterwards() -> None:
    set_precision("mixed_bfloat16")
    half = keras.layers.Dense(1)
    set_precision("float32")
    assert (half.compute_dtype, keras.layers.Dense(1).compute_dtype) == ("bfloat16", "float32")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("shapes differ", "shapes differ"),
        ("Graph execution error:\n\nDetected at node x\n  File y\nlabels [7]\n\t [[{{node x}}]]", "labels [7]"),
        ("", ""),
    ],
)
def test_of_an_error_in_a_graph_the_line_that_says_what_is_wrong_is_told(said: str, meant: str) -> None:
    assert explain(ValueError(said)) == meant
