"""What the networks promise: shapes, and that padding beside a picture never changes what is read."""

import keras
import numpy as np
import pytest

from longhand.handwriting.batching import STRIDE, lay
from longhand.handwriting.ctc.greedy import log_softmax
from longhand.handwriting.ctc.likelihood import score_spellings
from longhand.learning.batches import encode_labels
from longhand.learning.losses import CtcLoss
from longhand.learning.networks import build_characters, build_text
from tests.learning.test_batches import ABC

HEIGHT, OUTPUTS = 32, 7


@pytest.fixture(scope="module", params=[False, True], ids=["whole columns", "columns pooled"])
def network(request: pytest.FixtureRequest) -> keras.Model:
    """A text network that has learned something: no weight nor statistic is where it began."""
    keras.utils.set_random_seed(0)
    model = build_text(HEIGHT, OUTPUTS, width=16, blocks=3, pool=request.param)
    random = np.random.default_rng(0)
    for variable in model.variables:
        if "seed" not in variable.path:
            spread = random.normal(0, 0.3, variable.shape)
            variable.assign(np.abs(spread) + 0.5 if "variance" in variable.path else spread)
    return model


def answer(model: keras.Model, inputs: tuple[np.ndarray, ...]) -> np.ndarray:  # type: ignore[type-arg]
    return np.asarray(keras.ops.convert_to_numpy(model(inputs, training=False)))


@pytest.mark.parametrize("seed", range(4))
def test_padding_beside_a_picture_never_changes_what_is_read(network: keras.Model, seed: int) -> None:
    random = np.random.default_rng(seed)
    pictures = [random.integers(0, 256, (HEIGHT, width), np.uint8) for width in random.integers(9, 300, 5)]
    together = answer(network, lay(pictures))
    for picture, logits in zip(pictures, together, strict=True):
        frames = -(-picture.shape[1] // STRIDE)
        pixels, mask = lay([picture])
        alone = answer(network, (pixels[:, :, : frames * STRIDE], mask[:, : frames * STRIDE]))[0]
        wide = answer(network, lay([picture, np.zeros((HEIGHT, 700), np.uint8)]))[0]
        scale = np.abs(alone).max()
        assert np.abs(logits[:frames] - alone[:frames]).max() < 1e-4 * scale
        assert np.abs(wide[:frames] - alone[:frames]).max() < 1e-4 * scale


def test_a_text_network_answers_a_frame_for_every_four_columns(network: keras.Model) -> None:
    pixels, mask = lay([np.zeros((HEIGHT, 150), np.uint8)])
    assert answer(network, (pixels, mask)).shape == (1, 160 // STRIDE, OUTPUTS)


def test_a_text_network_does_see_the_whole_picture(network: keras.Model) -> None:
    """Masking must not go so far as to hide ink."""
    empty = np.zeros((HEIGHT, 128), np.uint8)
    for column in (0, 60, 127):
        marked = empty.copy()
        marked[10:20, column] = 255
        assert np.abs(answer(network, lay([empty])) - answer(network, lay([marked]))).max() > 1e-3


def test_a_character_network_answers_every_class() -> None:
    model = build_characters(28, 62, width=4)
    assert answer(model, np.zeros((3, 28, 28, 1), np.float32)).shape == (3, 62)  # type: ignore[arg-type]


def test_the_loss_is_minus_the_log_probability_of_the_text() -> None:
    logits = np.random.default_rng(0).normal(0, 2, (3, 9, 4)).astype(np.float32)
    texts, widths = ["ab", "aab", "c"], [36, 36, 17]
    truth = encode_labels(texts, widths, ABC)
    for text, rows, row in zip(texts, logits, truth, strict=True):
        loss = float(CtcLoss()(row[None], rows[None]))
        expected = -score_spellings(log_softmax(rows[: row[0]]), [ABC.encode(text)])[0]
        assert loss == pytest.approx(float(expected), rel=1e-4)
    both = [float(CtcLoss()(truth[i : i + 1], logits[i : i + 1])) for i in range(3)]
    assert float(CtcLoss()(truth, logits)) == pytest.approx(float(np.mean(both)), rel=1e-4)
