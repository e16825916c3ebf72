"""A training that begins with the weights of an earlier network."""

from pathlib import Path

import keras
import numpy as np
import pytest

from longhand import tasks
from longhand.bundles.card import Card
from longhand.bundles.files import WEIGHTS, digest
from longhand.handwriting.alphabet import Alphabet
from longhand.learning.errors import ShapeMismatch
from longhand.learning.networks import HEAD, build_characters, build_text
from longhand.learning.start import Start, read_start
from longhand.learning.training import Settings, train
from tests.learning.material import prepared

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
CHARACTERS = tasks.CHARACTERS
STILL = Settings(
    seed=1,
    precision="float32",
    network={"height": 28, "width": 4, "dropout": 0.0},
    draw={"batch": 4, "strength": 0.0},
    fit={"epochs": 1, "steps": 1, "rate": 1e-12, "decay": 0.0},
)


def head(model: keras.Model) -> list[np.ndarray]:  # type: ignore[type-arg]
    return [np.array(weight) for weight in model.get_layer(HEAD).get_weights()]


def test_rows_of_the_head_are_copied_by_character_and_new_characters_start_fresh() -> None:
    before, after = Alphabet("abc"), Alphabet("xcba")
    old, new = (build_text(32, a.size, width=8, blocks=1) for a in (before, after))
    fresh = head(new)
    Start(old, before).copy_to(new, after)
    for row, own, given in zip(head(new), fresh, head(old), strict=True):
        assert np.array_equal(row[..., [0, 2, 3, 4]], given[..., [0, 3, 2, 1]]), "the blank, c, b and a"
        assert np.array_equal(row[..., 1], own[..., 1]), "x is new"
    for one, other in zip(new.layers, old.layers, strict=True):
        if one.name != HEAD:
            assert all(map(np.array_equal, one.get_weights(), other.get_weights()))


def test_a_network_of_another_shape_is_refused_and_changes_nothing() -> None:
    ab = Alphabet("ab", offset=0)
    old, new = build_characters(28, 2, width=4), build_characters(28, 2, width=8)
    kept = new.get_weights()
    with pytest.raises(ShapeMismatch, match="another shape"):
        Start(old, ab).copy_to(new, ab)
    assert all(map(np.array_equal, kept, new.get_weights()))


def test_a_training_begins_with_the_weights_of_a_bundle(tmp_path: Path) -> None:
    data = prepared(tmp_path / "data", "character", {"train": "0101", "validation": "01"})
    keras.utils.set_random_seed(7)
    network = build_characters(28, len(CHARACTERS.alphabet), width=4, dropout=0.0)
    network.save(tmp_path / WEIGHTS)
    Card("characters", "character", CHARACTERS.alphabet, 28, "glyph-1").write(tmp_path)
    start = read_start(tmp_path, digest(tmp_path / WEIGHTS))
    trained = train(CHARACTERS, data, STILL, tmp_path / "checkpoints", start=start)
    for one, other in zip(head(trained.model), head(network), strict=True):
        assert np.allclose(one, other, atol=1e-6)


def test_weights_that_are_not_those_that_were_declared_are_refused(tmp_path: Path) -> None:
    (tmp_path / WEIGHTS).write_bytes(b"other weights")
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(ShapeMismatch, match="has to be 0000"):
            read_start(folder, "0" * 64)
