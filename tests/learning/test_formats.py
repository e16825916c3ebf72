"""A network answers the same in every form in which it leaves."""

from pathlib import Path

import keras
import numpy as np
import pytest

from longhand.learning.errors import ShapeMismatch
from longhand.learning.formats import answer_keras, answer_saved_model, write_keras, write_saved_model
from longhand.learning.networks import build_characters, build_text

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"),
]


def networks(task: str) -> tuple[keras.Model, list[np.ndarray]]:  # type: ignore[type-arg]
    """An untrained network and three drawn inputs for it."""
    random = np.random.default_rng(0)
    if task == "character":
        return build_characters(28, 5, width=4), [random.random((3, 28, 28, 1), np.float32)]
    mask = np.ones((3, 64), np.float32)
    mask[1, 40:] = 0
    return build_text(32, 5, width=8, blocks=1), [random.random((3, 32, 64, 1), np.float32), mask]


@pytest.mark.parametrize("task", ["character", "text"])
def test_a_network_answers_the_same_in_every_form(task: str, tmp_path: Path) -> None:
    network, inputs = networks(task)
    network.save(tmp_path / "weights.keras")
    given = inputs if len(inputs) > 1 else inputs[0]
    expected = np.asarray(keras.ops.convert_to_numpy(network(given, training=False)))
    write_keras(tmp_path / "weights.keras", tmp_path / "model.keras")
    write_saved_model(tmp_path / "weights.keras", tmp_path / "saved_model")
    assert answer_keras(tmp_path / "model.keras", inputs) == pytest.approx(expected, abs=1e-4)
    assert answer_saved_model(tmp_path / "saved_model", inputs) == pytest.approx(expected, abs=1e-4)


def test_what_is_no_network_is_written_as_nothing(tmp_path: Path) -> None:
    (tmp_path / "weights.keras").write_bytes(b"no network")
    for write in (write_keras, write_saved_model):
        with pytest.raises(ShapeMismatch):
            write(tmp_path / "weights.keras", tmp_path / "out")
    assert not (tmp_path / "out").exists()
