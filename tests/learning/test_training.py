"""From prepared pictures to a network that reads them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import keras
import numpy as np
import pytest

from longhand import tasks
from longhand.bundles.files import MODEL, WEIGHTS
from longhand.handwriting.alphabet import Alphabet
from longhand.learning.batches import Sampling, TextBatches
from longhand.learning.errors import EmptySplit, ParityError, ShapeMismatch
from longhand.learning.export import check_parity, load_network
from longhand.learning.fitting import Schedule, fit
from longhand.learning.losses import CtcLoss
from longhand.learning.networks import build_text
from longhand.learning.prepared import PreparedSet
from longhand.learning.scoring import score_characters, score_text
from longhand.learning.training import Settings, Trained, choose, train
from tests.learning.material import prepared

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:In the future `np.object` will be defined:FutureWarning"),
]
ABC = Alphabet("abc")
CHARACTERS = Settings(
    seed=1,
    precision="float32",
    network={"height": 28, "width": 4, "dropout": 0.0},
    draw={"batch": 16, "strength": 0.5, "weights": {}},
    fit={"epochs": 4, "steps": 40, "rate": 0.01},
)


@pytest.fixture(scope="module")
def glyphs(tmp_path_factory: pytest.TempPathFactory) -> PreparedSet:
    splits = {"train": "01" * 20, "validation": "01" * 5}
    return prepared(tmp_path_factory.mktemp("glyphs"), "character", splits, "digits")


@pytest.fixture(scope="module")
def trained(glyphs: PreparedSet, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return train(tasks.CHARACTERS, glyphs, CHARACTERS, tmp_path_factory.mktemp("checkpoints"))


@pytest.fixture(scope="module")
def written(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written")
    trained.write(folder)
    return folder


def test_a_text_network_learns_one_batch_by_heart(tmp_path: Path) -> None:
    alike = ("aab", "cab", "abc", "bca")
    data = prepared(tmp_path / "data", "text", {"train": alike, "validation": alike})
    draw = Sampling(batch=8, steps=40, seed=0, weights={}, strength=0)
    keras.utils.set_random_seed(0)
    fitted = fit(
        lambda: build_text(32, ABC.size, width=48, blocks=1, dropout=0.0),
        CtcLoss(),
        lambda epoch: TextBatches(data, data.select("train"), ABC, draw, epoch),
        lambda model: score_text(model, data, data.select("validation"), ABC),
        Schedule(epochs=6, steps=40, rate=0.004),
        tmp_path / "checkpoints",
        "k",
    )
    assert fitted.history[-1]["loss"] < 0.5
    assert max(line["score"] for line in fitted.history) == 0
    assert score_text(fitted.model, data, data.items, ABC)["cer_strokes"] == 0


def test_a_character_network_learns_two_digits(trained: Trained, glyphs: PreparedSet) -> None:
    assert trained.history[-1]["accuracy_digits"] >= 0.9
    again = score_characters(trained.model, glyphs, glyphs.select("validation"), trained.alphabet)
    assert again["score"] == max(line["score"] for line in trained.history)


def test_sets_that_do_not_decide_have_no_say(trained: Trained, glyphs: PreparedSet) -> None:
    items = [replace(item, set=f"digits-{item.text}") for item in glyphs.select("validation")]
    scores = score_characters(trained.model, glyphs, items, trained.alphabet, lambda name: name == "digits-1")
    assert scores["score"] == scores["accuracy_digits-1"]
    none = score_characters(trained.model, glyphs, items, trained.alphabet, lambda name: False)
    assert none["score"] == pytest.approx((scores["accuracy_digits-0"] + scores["accuracy_digits-1"]) / 2)


def test_the_same_seed_learns_the_same(trained: Trained, glyphs: PreparedSet, tmp_path: Path) -> None:
    again = train(tasks.CHARACTERS, glyphs, CHARACTERS, tmp_path)
    assert [line["loss"] for line in again.history] == pytest.approx(
        [line["loss"] for line in trained.history], rel=0.02
    )


def test_a_training_begins_where_an_earlier_one_ended(glyphs: PreparedSet, tmp_path: Path) -> None:
    """The second hardly moves: what it knows, it knows from the first, which is done once."""
    still = {"epochs": 1, "steps": 2, "rate": 1e-9}
    settings = replace(CHARACTERS, fit=still, pretrain={"fit": {**CHARACTERS.fit, "epochs": 3}})
    taught = train(tasks.CHARACTERS, glyphs, settings, tmp_path)
    assert [line["epoch"] for line in taught.history] == [1, 2, 3, 4]
    assert taught.history[-1]["accuracy_digits"] == max(line["accuracy_digits"] for line in taught.history[:3]) >= 0.9
    kept = (tmp_path / "pretrain" / "last.npz").stat().st_mtime_ns
    again = train(tasks.CHARACTERS, glyphs, replace(settings, fit={**still, "epochs": 2}), tmp_path)
    assert again.history[:3] == taught.history[:3]
    assert (tmp_path / "pretrain" / "last.npz").stat().st_mtime_ns == kept


def test_an_earlier_training_is_as_this_one_but_for_what_it_says() -> None:
    settings = replace(CHARACTERS, pretrain={"network": {"dropout": 0.3}, "draw": {"strength": 1.0}})
    earlier = settings.earlier
    assert earlier is not None and earlier.pretrain is None
    assert earlier.network == {"height": 28, "width": 4, "dropout": 0.3}
    assert earlier.draw == {"batch": 16, "strength": 1.0, "weights": {}}
    assert earlier.fit == CHARACTERS.fit
    assert CHARACTERS.earlier is None


def test_the_compiled_loss_is_that_of_keras() -> None:
    """Of labels with repetitions, padded, in pictures of several widths; its gradients as well."""
    import tensorflow as tf

    logits = tf.constant(np.random.default_rng(0).normal(0, 2, (3, 12, 5)), tf.float32)
    truth = np.array([[12, 1, 1, 2, 3], [9, 4, 0, 0, 0], [7, 2, 2, 2, 0]], np.int32)
    lengths, frames = (truth[:, 1:] > 0).sum(axis=1), truth[:, 0]
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(logits)
        ours = CtcLoss().call(truth, logits)
        theirs = keras.ops.ctc_loss(truth[:, 1:], logits, lengths, frames, mask_index=0)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)
    np.testing.assert_allclose(tape.gradient(ours, logits), tape.gradient(theirs, logits), atol=1e-5)


def test_a_label_that_is_next_to_impossible_has_a_finite_loss() -> None:
    """As many letters as frames, and a network that is sure of something else."""
    logits = np.zeros((1, 4, 5), np.float32)
    logits[:, :, 0] = 150
    assert np.isfinite(np.asarray(CtcLoss().call(np.array([[4, 1, 2, 3, 4]]), logits))).all()


def test_labels_longer_than_their_frames_are_dropped_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = prepared(tmp_path, "text", {"train": ["ab", "ba"], "validation": ["ab", "ab"]})
    long = replace(data.items[0], text="ab" * 200)
    none = replace(data.items[2], text="???")
    data.items = [long, data.items[1], none, data.items[3]]
    items, dropped = choose(tasks.TEXT, data, ABC)
    assert dropped == ["strokes/train-0", "strokes/validation-0"]
    assert [item.name for split in items.values() for item in split] == ["train-1", "validation-1"]
    assert "2 labels do not fit" in capsys.readouterr().out


@pytest.mark.parametrize("left", ["train", "validation"])
def test_an_empty_split_stops_it(tmp_path: Path, left: str) -> None:
    data = prepared(tmp_path, "character", {left: "01"})
    missing = {"train", "validation"} - {left}
    with pytest.raises(EmptySplit, match=f"The {missing.pop()} split is empty"):
        train(tasks.CHARACTERS, data, CHARACTERS, tmp_path / "checkpoints")


def test_a_network_for_larger_pictures_stops_it(glyphs: PreparedSet, tmp_path: Path) -> None:
    with pytest.raises(ShapeMismatch, match="do not fit"):
        train(tasks.CHARACTERS, glyphs, replace(CHARACTERS, network={"height": 32, "width": 4}), tmp_path)


PROGRAM = """
import sys
from pathlib import Path
from longhand import tasks
from longhand.learning.prepared import PreparedSet
from longhand.learning.training import Settings, train
train(tasks.CHARACTERS, PreparedSet(Path(sys.argv[1])), Settings(**eval(sys.argv[3])), Path(sys.argv[2]))
"""


@pytest.fixture
def killed(glyphs: PreparedSet, tmp_path: Path) -> Iterator[int]:
    """The epochs that a training had kept when it was killed without warning."""
    command = [sys.executable, "-c", PROGRAM, str(glyphs.folder), str(tmp_path), repr(asdict(CHARACTERS))]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        while not (tmp_path / "last.npz").exists():
            assert child.poll() is None, "it ended before it could be killed"
            time.sleep(0.02)
    finally:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    with np.load(tmp_path / "last.npz") as kept:
        yield str(kept["meta"]).count('"seconds"')


def test_a_killed_training_goes_on_from_its_last_checkpoint(
    killed: int, glyphs: PreparedSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    resumed = train(tasks.CHARACTERS, glyphs, CHARACTERS, tmp_path)
    assert f"from epoch {killed + 1}" in capsys.readouterr().out
    assert killed >= 1
    assert [line["epoch"] for line in resumed.history] == [1, 2, 3, 4]


def test_the_export_answers_what_the_network_answers(written: Path, glyphs: PreparedSet) -> None:
    from longhand.inference.session import OnnxRuntimeSession

    network = load_network(written / WEIGHTS)
    inputs = (np.stack([glyphs.pixels(i) for i in glyphs.items[:9]]).astype(np.float32)[..., None] / np.float32(255),)
    exported = OnnxRuntimeSession(written / MODEL, 1).run(inputs)
    assert check_parity(network, exported, inputs) < 1e-4
    with pytest.raises(ParityError, match="answers"):
        check_parity(network, exported[:, 1:], inputs)
    network.set_weights([w * 1.05 for w in network.get_weights()])
    with pytest.raises(ParityError, match="differs from the network by"):
        check_parity(network, exported, inputs)
    with pytest.raises(ParityError):
        check_parity(network, exported * np.nan, inputs)


def test_nothing_is_left_beside_what_was_written(written: Path) -> None:
    assert sorted(file.name for file in written.iterdir()) == [MODEL, WEIGHTS]


def test_a_file_that_is_no_network_asks_for_a_new_training(tmp_path: Path) -> None:
    (tmp_path / WEIGHTS).write_bytes(b"PK no")
    with pytest.raises(ShapeMismatch, match="Train it again"):
        load_network(tmp_path / WEIGHTS)


def test_a_network_trained_in_bfloat16_is_written_in_float32(glyphs: PreparedSet, tmp_path: Path) -> None:
    short = replace(CHARACTERS, precision="mixed_bfloat16", fit={"epochs": 1, "steps": 2, "rate": 0.001})
    model = train(tasks.CHARACTERS, glyphs, short, tmp_path).model
    assert {layer.compute_dtype for layer in model.layers} == {"float32"}
    assert keras.mixed_precision.global_policy().name == "float32"
