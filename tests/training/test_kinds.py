"""What training's kinds of jobs are given."""

import os
import subprocess
import sys

import pytest

from services.training.kinds import list_kinds
from services.training.settings import TrainingSettings

FIT = """
import keras, numpy
model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(2)])
model.compile("adam", "mse")
model.fit(numpy.zeros((8, 4)), numpy.zeros((8, 2)), verbose=0)
"""


@pytest.mark.prove
def test_a_trainings_log_holds_nothing_that_tensorflow_says_by_itself() -> None:
    environment = os.environ | dict(list_kinds(TrainingSettings())["train"].environment)
    done = subprocess.run([sys.executable, "-c", FIT], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout + done.stderr == ""
