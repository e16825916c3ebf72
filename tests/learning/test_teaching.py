"""A small network that learns from a large one."""

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import ops
from numpy.typing import NDArray

from longhand import tasks
from longhand.bundles.card import Card
from longhand.bundles.files import WEIGHTS, digest
from longhand.handwriting.alphabet import Alphabet
from longhand.handwriting.batching import STRIDE, lay
from longhand.learning import svtr
from longhand.learning.batches import Sampling, TextBatches
from longhand.learning.diagnostics import Observed
from longhand.learning.errors import ShapeMismatch
from longhand.learning.losses import CtcLoss
from longhand.learning.networks import HEAD
from longhand.learning.prepared import PreparedSet
from longhand.learning.teaching import Lessons, Taught, TaughtLoss, Teacher, read_lessons
from longhand.learning.training import Settings, train
from tests.learning.material import WORDS, prepared

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:In the future `np.object` will be defined:FutureWarning"),
]
ABC = Alphabet("abc")
Floats = NDArray[np.float32]
NETWORK = {"kind": "svtr", "height": 48, "width": 16, "neck": 16, "heads": 2}
TEXT = Settings(
    seed=1,
    precision="float32",
    network={"height": 32, "width": 16, "blocks": 0, "dropout": 0.0, "stem": 4},
    draw={"batch": 8, "strength": 0.0},
    fit={"epochs": 1, "steps": 40, "rate": 0.005},
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> PreparedSet:
    return prepared(tmp_path_factory.mktemp("data"), "text", {"train": WORDS, "validation": WORDS})


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One whose network has a kind, rows and frames of its own."""
    folder = tmp_path_factory.mktemp("bundle")
    keras.utils.set_random_seed(0)
    network = svtr.build_svtr(48, ABC.size, width=16, neck=16, heads=2)
    head = network.get_layer(HEAD)
    head.set_weights([8 * values for values in head.get_weights()])  # else it finds every character as likely
    network.save(folder / WEIGHTS)
    Card("text", "text", ABC.characters, 48, "text-4", network=NETWORK, stride=8).write(folder)
    return folder


@pytest.fixture(scope="module")
def lessons(bundle: Path) -> Lessons:
    return read_lessons(bundle, digest(bundle / WEIGHTS), every=2)


@pytest.fixture(scope="module")
def teacher(lessons: Lessons) -> Teacher:
    return lessons.prepare(tasks.TEXT, ABC)


def pictures(*widths: int) -> list[NDArray[np.uint8]]:
    random = np.random.default_rng(0)
    return [random.integers(0, 256, (32, width), np.uint8) for width in widths]


def labels(count: int) -> NDArray[np.int32]:
    return np.array([[16, 1, 2, 0]] * count, np.int32)


def measure(loss: keras.losses.Loss, truth: NDArray[np.generic], logits: Floats) -> Floats:
    found = loss.call(ops.convert_to_tensor(truth.astype(np.float32)), ops.convert_to_tensor(logits))
    return np.asarray(ops.convert_to_numpy(found))


def test_without_a_teacher_the_loss_is_that_of_ctc() -> None:
    logits = np.random.default_rng(0).normal(size=(3, 16, ABC.size)).astype(np.float32)
    truth = np.hstack([labels(3), np.zeros((3, 16 * ABC.size), np.float32)])
    alone, taught = measure(CtcLoss(), labels(3), logits), measure(TaughtLoss(2.0), truth, logits)
    assert np.allclose(alone, taught, rtol=1e-6)


def test_what_the_teacher_says_is_added_by_its_weight() -> None:
    random = np.random.default_rng(1)
    logits = random.normal(size=(3, 16, ABC.size)).astype(np.float32)
    targets = random.dirichlet(np.ones(ABC.size), (3, 16)).astype(np.float32)
    targets[:, 10:] = 0  # beyond the picture
    likely = logits - np.log(np.exp(logits).sum(axis=2, keepdims=True))
    cross = -(targets * likely).sum(axis=(1, 2))
    truth = np.hstack([labels(3), targets.reshape(3, -1)])
    found, alone = measure(TaughtLoss(2.0), truth, logits), measure(CtcLoss(), labels(3), logits)
    assert np.allclose(found, alone + 2 * cross, rtol=1e-5)


def test_a_teacher_answers_for_every_frame_of_a_picture_and_for_none_beyond_it(teacher: Teacher) -> None:
    pixels, mask = lay(pictures(40, 90))
    targets = teacher.answer(pixels, mask, mask.shape[1] // STRIDE)
    assert targets.shape == (2, mask.shape[1] // STRIDE, ABC.size)
    sums = targets.sum(axis=2)
    assert np.allclose(sums[0, :10], 1, atol=1e-5)
    assert not sums[0, 10:].any()
    assert np.allclose(sums[1, :23], 1, atol=1e-5)
    assert not sums[1, 23:].any()


def test_a_picture_is_answered_alike_alone_and_beside_others(teacher: Teacher) -> None:
    own, *others = pictures(50, 90, 120)
    alone = teacher.answer(*lay([own]), frames=16)
    beside = teacher.answer(*lay([own, *others]), frames=32)
    assert np.allclose(alone[0], beside[0, :16], atol=1e-3)
    assert alone.any()


def test_what_comes_late_is_meant_for_the_frames_before(teacher: Teacher) -> None:
    pixels, mask = lay(pictures(50))
    known, moved = (replace(teacher, lag=lag).answer(pixels, mask, frames=16) for lag in (0, 2))
    assert np.array_equal(moved[:, :-2], known[:, 2:])
    assert not moved[:, -2:].any()


def test_every_second_batch_is_taught_and_keeps_its_labels(data: PreparedSet, teacher: Teacher) -> None:
    draw = Sampling(batch=4, steps=4, seed=0)
    plain = TextBatches(data, data.select("train"), ABC, draw)
    taught = Taught(Observed(TextBatches(data, data.select("train"), ABC, draw)), teacher, ABC.size, STRIDE)
    assert len(taught) == 4
    for index in range(4):
        (_, mask), truth = plain[index]
        _, given = taught[index]
        targets = given[:, truth.shape[1] :].reshape(len(truth), mask.shape[1] // STRIDE, ABC.size)
        assert np.array_equal(given[:, : truth.shape[1]], truth)
        assert targets.any() == (index % 2 == 0)


def distance(model: keras.Model, teacher: Teacher, data: PreparedSet) -> float:
    """How far a network is from its teacher: the mean cross entropy over the frames of the validation pictures."""
    pixels, mask = lay([data.pixels(item) for item in data.select("validation")])
    targets = teacher.answer(pixels, mask, mask.shape[1] // STRIDE)
    likely = ops.convert_to_numpy(ops.log_softmax(model([pixels, mask], training=False)))
    return float(-(targets * likely).sum() / targets.sum())


def test_a_taught_network_comes_nearer_to_its_teacher(
    data: PreparedSet, lessons: Lessons, teacher: Teacher, tmp_path: Path
) -> None:
    task, eager = replace(tasks.TEXT, alphabet=ABC.characters), replace(lessons, every=1, weight=20.0)
    alone = train(task, data, TEXT, tmp_path / "alone")
    taught = train(task, data, TEXT, tmp_path / "taught", lessons=eager)
    assert distance(taught.model, teacher, data) < 0.8 * distance(alone.model, teacher, data)


def test_a_teacher_with_other_weights_is_refused(bundle: Path) -> None:
    with pytest.raises(ShapeMismatch, match="SHA-256"):
        read_lessons(bundle, "0" * 64)
