"""A training tells how it goes, truly, and goes on where nobody listens."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import keras
import numpy as np
import pytest

from longhand.handwriting.alphabet import Alphabet
from longhand.learning.batches import Sampling, TextBatches
from longhand.learning.checkpoints import Checkpoints, State
from longhand.learning.diagnostics import EVERY, Observed, Watching, examine
from longhand.learning.errors import NotANumber
from longhand.learning.examples import FEW, pick, tracer
from longhand.learning.fitting import Schedule, fit
from longhand.learning.gradients import Gauge, GaugedAdamW
from longhand.learning.logger import TrainingLoggers
from longhand.learning.tensorboard import EventFiles
from tests.learning.material import Batch, Batches, linear, noise, prepared

ABC = Alphabet("abc")


class Book:
    """A training logger that can be read."""

    def __init__(self) -> None:
        self.numbers: defaultdict[str, dict[int, float]] = defaultdict(dict)
        self.texts: defaultdict[str, dict[int, str]] = defaultdict(dict)

    def note(self, step: int, values: Mapping[str, float]) -> None:
        for name, value in values.items():
            self.numbers[name][step] = value

    def show(self, step: int, texts: Mapping[str, str]) -> None:
        for name, text in texts.items():
            self.texts[name][step] = text


class Torn:
    """A training logger that takes nothing, and counts how often it was asked to."""

    def __init__(self) -> None:
        self.asked = 0

    def note(self, step: int, values: Mapping[str, float]) -> None:
        self.asked += 1
        raise OSError("no space left")

    def show(self, step: int, texts: Mapping[str, str]) -> None:
        self.note(step, {})


def learn(folder: Path, watching: Watching | None, schedule: Schedule, make: object = noise) -> keras.Model:
    keras.utils.set_random_seed(0)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    score = iter([0.1, 0.2, 0.3])
    return fit(
        linear,
        loss,
        lambda epoch: Batches(make, schedule.steps),  # type: ignore[arg-type]
        lambda model: {"score": next(score)},
        schedule,
        folder,
        "k",
        watching,
    ).model


@pytest.fixture(scope="module")
def schedule() -> Schedule:
    return Schedule(epochs=2, steps=EVERY + 5, rate=1e-2, clip=0.5)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory, schedule: Schedule) -> Book:
    book, torn = Book(), Torn()
    watching = Watching(TrainingLoggers(torn, book), lambda model: {"readings/mine": "- `a` → `b`\n"})
    learn(tmp_path_factory.mktemp("learn"), watching, schedule)
    assert torn.asked == 1, "a training logger that failed is not asked again"
    return book


def test_the_steps_are_reported_by_twenties_and_at_the_end_of_an_epoch(book: Book, schedule: Schedule) -> None:
    steps = [EVERY, schedule.steps, schedule.steps + EVERY, 2 * schedule.steps]
    assert all(list(values) == steps for name, values in book.numbers.items() if not name.startswith("epochs/"))
    assert (
        list(book.numbers["epochs/loss"]) == list(book.texts["readings/mine"]) == [schedule.steps, 2 * schedule.steps]
    )


def test_the_loss_of_the_steps_is_the_loss_of_the_epoch(book: Book, schedule: Schedule) -> None:
    first, second = (book.numbers["training/loss"][step] for step in (EVERY, schedule.steps))
    whole = (first * EVERY + second * 5) / schedule.steps
    assert whole == pytest.approx(book.numbers["epochs/loss"][schedule.steps], rel=1e-5)


def test_everything_that_shows_how_a_training_goes_is_told(book: Book) -> None:
    assert {name for name in book.numbers if not name.startswith("epochs/")} == {
        "training/loss",
        "training/learning_rate",
        "training/gradient_norm",
        "training/clipped",
        "training/gradients_not_finite",
        "training/weights_norm",
        "training/pictures_per_second",
        "batches/pictures",
        "batches/columns",
        "batches/padding",
        "batches/pixel_mean",
        "batches/pixel_deviation",
    }
    assert all(np.isfinite(list(values.values())).all() for values in book.numbers.values())
    assert 0 < book.numbers["training/clipped"][EVERY] <= 1
    assert book.numbers["training/gradient_norm"][EVERY] > 0.5
    assert book.numbers["epochs/score"] == {25: 0.1, 50: 0.2}


def test_the_norm_is_that_of_the_gradients_before_they_are_clipped() -> None:
    gauge = Gauge(clip=4.0)
    assert gauge.read() is None
    for length in (1.0, 5.0, float("nan")):
        gauge.measure([keras.ops.convert_to_tensor([0.6 * length]), None, keras.ops.convert_to_tensor([0.8 * length])])
    norms = gauge.read()
    assert norms and norms.mean == pytest.approx(3) and norms.clipped == pytest.approx(1 / 3) and norms.broken == 1
    assert gauge.read() is None


def test_the_optimiser_learns_and_keeps_what_it_would_without_a_gauge(tmp_path: Path) -> None:
    weights, variables = [], []
    for made in (keras.optimizers.AdamW, GaugedAdamW):
        keras.utils.set_random_seed(0)
        model = linear()
        optimizer = made(0.01, weight_decay=1e-4, global_clipnorm=1.0, use_ema=True, ema_momentum=0.9)
        model.compile(optimizer=optimizer, loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        model.fit(Batches(noise, 5), verbose=0, shuffle=False)
        weights.append(model.get_weights())
        variables.append([np.asarray(v) for v in optimizer.variables])
    assert [v.shape for v in variables[0]] == [v.shape for v in variables[1]]
    pairs = [*zip(*weights, strict=True), *zip(*variables, strict=True)]
    assert all(np.array_equal(plain, gauged) for plain, gauged in pairs)


def test_the_rate_of_a_step_is_worked_out_once() -> None:
    asked = []

    class Rate(keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step: int) -> float:
            asked.append(int(step))
            return 0.1

    optimizer = GaugedAdamW(Rate(), weight_decay=0.01, global_clipnorm=1.0)
    variables = [keras.Variable(np.ones(2)) for _ in range(5)]
    optimizer.build(variables)
    asked.clear()
    for _ in range(2):
        optimizer.apply([keras.ops.ones(2)] * 5, variables)
    assert set(asked) == {0, 1} and len(asked) <= 4
    assert float(optimizer.learning_rate) == pytest.approx(0.1)


def test_the_checkpoint_of_a_training_without_a_gauge_serves_one_with_it(tmp_path: Path) -> None:
    model, gauged = linear(), linear()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.AdamW(0.01, global_clipnorm=1.0), loss=loss)
    model.fit(Batches(noise, 2), verbose=0)
    Checkpoints(tmp_path, "k").save(model, State(1, 0.0, 1, []))
    gauged.compile(optimizer=GaugedAdamW(0.01, global_clipnorm=1.0), loss=loss)
    gauged.optimizer.build(gauged.trainable_variables)
    assert Checkpoints(tmp_path, "k").resume(gauged) == State(1, 0.0, 1, [])
    assert int(gauged.optimizer.iterations) == 2


def test_the_facts_of_a_batch_are_those_of_its_pictures_without_the_padding(tmp_path: Path) -> None:
    data = prepared(tmp_path, "text", {"train": ["ab", "abba", "cab", "ba"]})
    batch = TextBatches(data, data.items, ABC, Sampling(4, 1, 0, {}, strength=0))[0]
    (pixels, mask), labels = batch
    numbers = examine(batch).numbers
    inside = pixels[..., 0].transpose(0, 2, 1)[mask > 0]
    assert numbers["pixel_mean"] == pytest.approx(inside.mean(), rel=1e-4)
    assert numbers["pixel_deviation"] == pytest.approx(inside.std(), rel=1e-3)
    assert numbers["padding"] == pytest.approx(1 - mask.mean())
    assert numbers["label_length"] == pytest.approx(np.mean([(row[1:] > 0).sum() for row in labels]))
    assert numbers["pictures"] == len(pixels)


def test_observed_batches_are_the_same_and_forgotten_once_they_are_past() -> None:
    observed = Observed(Batches(noise, 3))
    for index in range(3):
        assert np.array_equal(observed[index][0], noise(index)[0])
    assert observed.facts(1) is not None and observed.facts(0) is None
    observed.on_epoch_end()
    assert observed.facts(2) is None and len(observed) == 3


def poisoned(index: int) -> Batch:
    pixels, labels = noise(index)
    return pixels * np.float32(np.nan if index == 2 else 1), labels


def test_a_loss_that_is_no_number_names_the_batch_and_where_its_texts_are_from(tmp_path: Path) -> None:
    watching = Watching(origin=lambda labels: f"{len(labels)} of mine")
    with pytest.raises(NotANumber, match=r"at step 3\..* pixels \(8, 28, 28, 1\), .*pixel_mean nan.* 8 of mine\.$"):
        learn(tmp_path, watching, Schedule(1, 9, 1e-3), poisoned)


def test_labels_are_traced_to_the_sets_in_which_their_texts_occur(tmp_path: Path) -> None:
    data = prepared(tmp_path / "a", "text", {"train": ["ab", "ba"]}, "mine")
    trace = tracer(data.items, ABC)
    assert trace(np.array([[9, 1, 2, 0], [9, 2, 1, 0], [9, 3, 3, 3]], np.int32)) == "mine (2), none of them (1)"
    characters = tracer(data.items, Alphabet("abc", offset=0))
    assert characters(np.array([0, 1], np.int32)) == "none of them (2)"


def test_a_few_pictures_of_each_set_are_looked_at(tmp_path: Path) -> None:
    one = prepared(tmp_path / "a", "text", {"train": ["ab"] * 20}, "one").items
    two = prepared(tmp_path / "b", "text", {"train": ["ab"] * 2}, "two").items
    assert [sum(item.set == name for item in pick([*one, *two])) for name in ("one", "two")] == [5, 2]
    assert FEW >= 5


def test_event_files_say_what_they_were_given(tmp_path: Path) -> None:
    import tensorflow as tf

    files = EventFiles(tmp_path)
    files.note(20, {"training/loss": 1.5, "training/bad": float("nan")})
    files.show(25, {"readings/mine": "- `é` → `e`\n"})
    (file,) = tmp_path.glob("events.out.tfevents.*")
    events = [tf.compat.v1.Event.FromString(record.numpy()) for record in tf.data.TFRecordDataset(str(file))]
    written = {(e.step, v.tag): v for e in events for v in e.summary.value}
    assert written[20, "training/loss"].metadata.plugin_data.plugin_name == "scalars"
    assert tf.make_ndarray(written[20, "training/loss"].tensor) == 1.5
    assert np.isnan(tf.make_ndarray(written[20, "training/bad"].tensor))
    assert tf.make_ndarray(written[25, "readings/mine"].tensor).tolist() == ["- `é` → `e`\n".encode()]
