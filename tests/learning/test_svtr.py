"""What the larger network promises: frames, masks, a saved form, an export, and a training that leaves statistics."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from longhand.handwriting.batching import lay
from longhand.inference.session import OnnxRuntimeSession, OpenVinoSession, Session
from longhand.learning.batches import Sampling, TextBatches, fits
from longhand.learning.export import count_features, export_onnx, load_network
from longhand.learning.gradients import GaugedAdamW
from longhand.learning.losses import CtcLoss
from longhand.learning.prepared import Item, PreparedSet, write_prepared
from longhand.learning.svtr import STRIDE, build_svtr, with_shifts
from tests.learning.test_batches import ABC

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:In the future `np.object` will be defined:FutureWarning"),
]
HEIGHT, OUTPUTS = 48, 7
Floats = NDArray[np.float32]


def build(outputs: int = OUTPUTS) -> keras.Model:
    return build_svtr(HEIGHT, outputs, width=16, neck=16, heads=2)


@pytest.fixture(scope="module")
def network() -> keras.Model:
    """A network that has learned something: no weight nor statistic is where it began, and ink is heard to the end."""
    keras.utils.set_random_seed(0)
    model, random = build(), np.random.default_rng(0)
    for variable in model.variables:
        if "seed" not in variable.path:
            spread = random.normal(0, 1.4 / np.sqrt(count_inputs(variable)), variable.shape)
            variable.assign(
                np.abs(spread) + 0.5 if "variance" in variable.path else spread + ("gamma" in variable.path)
            )
    return model


def count_inputs(weight: keras.Variable) -> int:
    """How many values are added up by a weight that multiplies; of one that is added or scales, a hundred."""
    *rows, outputs = weight.shape
    return int(np.prod(rows) if outputs > 1 else np.prod(rows[:-1])) if rows else 100


def answer(model: keras.Model, inputs: tuple[Floats, ...]) -> Floats:
    return np.asarray(keras.ops.convert_to_numpy(model(inputs, training=False)))


def noise(widths: list[int]) -> list[NDArray[np.uint8]]:
    random = np.random.default_rng(1)
    return [random.integers(0, 256, (HEIGHT, width), np.uint8) for width in widths]


def test_padding_beside_a_picture_never_changes_what_is_read(network: keras.Model) -> None:
    pictures = noise([9, 36, 100, 200, 293])
    together = answer(network, lay([*pictures, np.zeros((HEIGHT, 500), np.uint8)]))
    for picture, logits in zip(pictures, together, strict=False):
        frames = -(-picture.shape[1] // STRIDE)
        pixels, mask = lay([picture])
        alone = answer(network, (pixels[:, :, : frames * STRIDE], mask[:, : frames * STRIDE]))[0]
        assert alone.shape == (frames, OUTPUTS)
        assert np.abs(logits[:frames] - alone).max() <= 1e-5 * max(1, np.abs(alone).max())


def test_it_sees_the_whole_picture(network: keras.Model) -> None:
    """Masking must not go so far as to hide ink."""
    empty = np.zeros((HEIGHT, 128), np.uint8)
    for column in (0, 60, 127):
        marked = empty.copy()
        marked[10:30, column] = 255
        assert np.abs(answer(network, lay([empty])) - answer(network, lay([marked]))).max() > 1e-3


def test_a_saved_network_answers_the_same(network: keras.Model, tmp_path: Path) -> None:
    network.save(tmp_path / "weights.keras")
    inputs = lay(noise([70, 100]))
    assert np.array_equal(answer(load_network(tmp_path / "weights.keras"), inputs), answer(network, inputs))


@pytest.fixture(scope="module")
def exported(network: keras.Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exported") / "model.onnx"
    export_onnx(network, path, features=True)
    return path


@pytest.mark.parametrize("engine", [OnnxRuntimeSession, OpenVinoSession])
def test_engines_answer_what_the_network_does(network: keras.Model, exported: Path, engine: type[Session]) -> None:
    inputs = lay(noise([70, 100]))
    expected = answer(network, inputs)
    answered = engine(exported, 1).run(inputs)  # type: ignore[call-arg]
    assert np.abs(answered - expected).max() <= 1e-4 * np.abs(expected).max()


def test_the_export_answers_logits_and_then_what_the_last_layer_sees(network: keras.Model, exported: Path) -> None:
    inputs = lay(noise([70, 100]))
    session = onnxruntime.InferenceSession(exported, providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_inputs()]
    logits, features = session.run(None, dict(zip(names, inputs, strict=True)))
    assert features.shape == (2, 128 // STRIDE, count_features(network)) == (2, 16, 16)
    kernel, bias = network.get_layer("logits").get_weights()
    assert np.abs(features @ kernel + bias - logits).max() <= 1e-4 * np.abs(logits).max()


@pytest.fixture(scope="module")
def shifted(network: keras.Model, tmp_path_factory: pytest.TempPathFactory) -> tuple[keras.Model, Path]:
    """The network that takes shifts, and its export."""
    model, path = with_shifts(network), tmp_path_factory.mktemp("shifted") / "model.onnx"
    export_onnx(model, path, features=True)
    return model, path


@pytest.mark.parametrize("engine", [OnnxRuntimeSession, OpenVinoSession])
def test_without_shifts_it_answers_as_the_one_that_takes_none(
    network: keras.Model, shifted: tuple[keras.Model, Path], engine: type[Session]
) -> None:
    inputs = lay(noise([70, 100]))
    answered = engine(shifted[1], 1).run(inputs)  # type: ignore[call-arg]
    expected = answer(network, inputs)
    assert np.abs(answered - expected).max() <= 1e-4 * np.abs(expected).max()


@pytest.mark.parametrize("engine", [OnnxRuntimeSession, OpenVinoSession])
def test_the_shifts_of_one_picture_change_no_other(shifted: tuple[keras.Model, Path], engine: type[Session]) -> None:
    model, path = shifted
    pixels, mask = lay(noise([70, 100]))
    shifts = np.zeros((2, model.inputs[-1].shape[-1]), np.float32)
    shifts[1] = np.random.default_rng(2).normal(0, 0.5, shifts.shape[1])
    session = engine(path, 1)  # type: ignore[call-arg]
    answered, plain = session.run((pixels, mask, shifts)), session.run((pixels, mask))
    assert np.abs(answered[0] - plain[0]).max() <= 1e-4 * np.abs(plain).max()
    assert np.abs(answered[1] - plain[1]).max() > 0.01 * np.abs(plain).max()
    expected = answer(model, (pixels, mask, shifts))
    assert np.abs(answered - expected).max() <= 1e-3 * np.abs(expected).max()


def test_it_answers_in_mixed_precision_much_the_same(network: keras.Model) -> None:
    inputs = lay(noise([70, 100]))
    with precision("mixed_bfloat16"):
        mixed = build()
        mixed.set_weights(network.get_weights())
        answered = answer(mixed, inputs)
    expected = answer(network, inputs)
    assert answered.dtype == np.float32
    assert np.abs(answered - expected).max() < 0.1 * np.abs(expected).max()


@contextmanager
def precision(policy: str) -> Iterator[None]:
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy("float32")


@pytest.mark.timeout(600)
def test_it_learns_and_leaves_the_statistics_as_they_are(tmp_path: Path) -> None:
    data = stripes(tmp_path, ("cab", "bca", "abc", "cba"))
    keras.utils.set_random_seed(0)
    model = build(ABC.size)
    model.compile(GaugedAdamW(0.004, global_clipnorm=5.0), CtcLoss(), jit_compile=False, run_eagerly=True)
    batch = TextBatches(data, data.items, ABC, Sampling(batch=8, steps=1, seed=0, strength=0), stride=STRIDE)[0]
    losses = [float(model.train_on_batch(*batch)) for _ in range(12)]
    assert losses[-1] < 0.8 * losses[0], losses
    norm = model.get_layer("reduce_norm")
    assert np.array_equal(norm.moving_mean, np.zeros(16)) and np.array_equal(norm.moving_variance, np.ones(16))
    assert not np.array_equal(norm.gamma, np.ones(16)), "what scales and shifts is learned"


def test_frames_are_counted_by_the_stride(tmp_path: Path) -> None:
    data = stripes(tmp_path, ("abc", "aabbcc"))
    _, truth = TextBatches(data, data.items, ABC, Sampling(batch=8, steps=1, seed=0, strength=0), stride=STRIDE)[0]
    assert {(int(row[0]), int((row[1:] > 0).sum())) for row in truth} <= {(9, 3), (18, 6)}
    assert fits(replace(data.items[1], width=72), ABC, stride=STRIDE), (
        "six letters, three of them again, in nine frames"
    )
    assert not fits(replace(data.items[1], width=71), ABC, stride=STRIDE)


def stripes(folder: Path, texts: tuple[str, ...]) -> PreparedSet:
    """Words of 48 rows in which `a` is a stripe above, `b` one in the middle, `c` one below."""
    pictures = []
    for text in texts:
        pixels = np.zeros((HEIGHT, 24 * len(text)), np.uint8)
        for place, letter in enumerate(text):
            row = {"a": 4, "b": 20, "c": 36}[letter]
            pixels[row : row + 8, 24 * place + 4 : 24 * place + 18] = 220
        pictures.append((Item("stripes", text, text, text, "train", *pixels.shape), pixels))
    write_prepared(folder, pictures)
    return PreparedSet(folder)
