"""A training ends with its best weights, goes on after a stop, and stops at once where it makes no sense."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from longhand.learning.checkpoints import Checkpoints
from longhand.learning.errors import NotANumber, ShapeMismatch
from longhand.learning.fitting import Fitted, Schedule, Score, fit
from tests.learning.material import Batch, Batches, linear, noise

PLAN = Schedule(epochs=3, steps=4, rate=1e-3)
SparseLoss = keras.losses.SparseCategoricalCrossentropy


def run(
    folder: Path,
    make: Callable[[int], Batch] = noise,
    schedule: Schedule = PLAN,
    score: Score = lambda model: {"score": 0.0},
    key: str = "k",
) -> Fitted:
    keras.utils.set_random_seed(0)

    def batches(epoch: int) -> Batches:
        return Batches(make, schedule.steps)

    return fit(linear, SparseLoss(from_logits=True), batches, score, schedule, folder, key)


def marks(scores: list[float], weights: list[np.ndarray]) -> Score:  # type: ignore[type-arg]
    """Scores that are known beforehand, and the weights at each of them."""
    coming: Iterator[float] = iter(scores)

    def score(model: keras.Model) -> dict[str, float]:
        weights.append(model.get_weights()[0])
        return {"score": next(coming)}

    return score


def test_the_weights_of_the_best_epoch_are_kept(tmp_path: Path) -> None:
    weights: list[np.ndarray] = []  # type: ignore[type-arg]
    fitted = run(tmp_path, score=marks([0.1, 0.9, 0.5], weights))
    assert np.array_equal(fitted.model.get_weights()[0], weights[1])
    assert [line["epoch"] for line in fitted.history] == [1, 2, 3]
    assert fitted.history[-1]["loss"] < fitted.history[0]["loss"]


def test_it_stops_when_it_no_longer_improves(tmp_path: Path) -> None:
    fitted = run(tmp_path, schedule=replace(PLAN, epochs=9, patience=2), score=marks([0.1, 0.5, 0.4, 0.5, 1, 1], []))
    assert len(fitted.history) == 4


def test_a_training_that_is_done_is_not_trained_again(tmp_path: Path) -> None:
    def once(index: int) -> Batch:
        raise AssertionError("there is nothing left to train")

    first = run(tmp_path)
    again = run(tmp_path, make=once)
    assert again.history == first.history
    assert np.array_equal(again.model.get_weights()[0], first.model.get_weights()[0])


def test_a_training_says_on_which_devices_it_ran_though_it_was_elsewhere(tmp_path: Path) -> None:
    here = run(tmp_path)
    _rewrite(tmp_path / "last.npz", device="torch on 1 GPU")
    assert run(tmp_path).device == "torch on 1 GPU"
    _rewrite(tmp_path / "last.npz", epoch=2)
    assert run(tmp_path).device == f"torch on 1 GPU, then {here.device}"


def _rewrite(checkpoint: Path, **changes: object) -> None:
    """Put other values into a checkpoint's state."""
    with np.load(checkpoint) as file:
        arrays = dict(file)
    meta = json.loads(str(arrays["meta"]))
    arrays["meta"] = np.array(json.dumps({**meta, "state": {**meta["state"], **changes}}))
    np.savez(checkpoint, **arrays)


def test_it_goes_on_from_where_it_was_stopped(tmp_path: Path) -> None:
    """A score that fails in the third epoch stands for whatever stops a training."""
    whole = run(tmp_path / "whole")
    with pytest.raises(StopIteration):
        run(tmp_path / "stopped", score=marks([0.1, 0.2], []))
    resumed = run(tmp_path / "stopped", score=marks([0.3], []))
    assert [line["epoch"] for line in resumed.history] == [1, 2, 3]
    assert [line["score"] for line in resumed.history] == [0.1, 0.2, 0.3]
    assert resumed.history[2]["loss"] == pytest.approx(whole.history[2]["loss"], rel=1e-4)


def test_other_data_or_parameters_begin_anew(tmp_path: Path) -> None:
    run(tmp_path)
    again = run(tmp_path, score=marks([0.7, 0.7, 0.7], []), key="other")
    assert [line["score"] for line in again.history] == [0.7] * 3


def test_a_checkpoint_of_another_optimiser_is_told(tmp_path: Path) -> None:
    run(tmp_path)
    model = linear()
    model.compile(optimizer="sgd", loss=SparseLoss(from_logits=True))
    model.optimizer.build(model.trainable_variables)
    with pytest.raises(ShapeMismatch, match="another optimiser"):
        Checkpoints(tmp_path, "k").resume(model)


def test_half_a_checkpoint_is_never_used(tmp_path: Path) -> None:
    run(tmp_path)
    (tmp_path / ".last.npz").write_bytes(b"half of")
    assert sorted(f.name for f in tmp_path.glob("*.npz")) == [".last.npz", "best.npz", "last.npz"]
    assert len(run(tmp_path).history) == 3


def poisoned(index: int) -> Batch:
    pixels, labels = noise(index)
    return pixels * np.float32(np.nan if index == 2 else 1), labels


def test_a_loss_that_is_no_number_stops_it_at_that_step(tmp_path: Path) -> None:
    with pytest.raises(NotANumber, match=r"nan at step 3\. Lower the learning rate, or mend the data"):
        run(tmp_path, make=poisoned, schedule=Schedule(epochs=2, steps=1000, rate=1e-3))
    assert list(tmp_path.iterdir()) == []


def test_a_rate_that_is_far_too_high_stops_it_within_the_first_epoch(tmp_path: Path) -> None:
    with pytest.raises(NotANumber, match=r"at step \d\. "):
        run(tmp_path, schedule=Schedule(epochs=2, steps=1000, rate=1e30))


@pytest.mark.parametrize("first", [0, 2])
def test_pictures_of_another_shape_stop_it(tmp_path: Path, first: int) -> None:
    def make(index: int) -> Batch:
        pixels, labels = noise(index)
        return (pixels[:, 1:] if index >= first else pixels), labels

    with pytest.raises(ShapeMismatch, match=r"do not fit: .*27, 28"):
        run(tmp_path, make=make)


def test_labels_that_the_network_has_no_output_for_stop_it(tmp_path: Path) -> None:
    with pytest.raises(ShapeMismatch, match="do not fit: Received a label value of 99"):
        run(tmp_path, make=lambda index: (noise(index)[0], np.full(8, 99, np.int32)))


def test_it_says_on_which_device_it_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fitted = run(tmp_path, schedule=replace(PLAN, epochs=1))
    assert fitted.device.startswith("tensorflow on ")
    assert f"linear: 7,850 parameters, {fitted.device}, from epoch 1" in capsys.readouterr().out
