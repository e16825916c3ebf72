"""One person's shifts: they make their pictures likelier, leave the network as it is, and come out the same again."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import ClassVar

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from longhand.bundles.card import Card
from longhand.handwriting.alphabet import Alphabet
from longhand.handwriting.batching import lay
from longhand.learning.batches import encode_labels
from longhand.learning.errors import ShapeMismatch
from longhand.learning.losses import CtcLoss
from longhand.learning.shifting import Course, ShiftLearner, Written, learn_shifts
from longhand.learning.svtr import STRIDE, build_svtr, with_shifts

ABC = Alphabet("abc", offset=1)
SHORT = Course(epochs=1, least=12, batch=4, others=2, rate=0.02, strength=0.1)
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:In the future `np.object` will be defined:FutureWarning"),
]


@pytest.fixture(scope="module")
def network() -> keras.Model:
    keras.utils.set_random_seed(0)
    return build_svtr(48, ABC.size, width=16, neck=16, heads=2, dropout=0.5)


def draw(texts: list[str], seed: int) -> list[Written]:
    """Noise of a hand of its own for each text."""
    random = np.random.default_rng(seed)
    return [Written(random.integers(0, 256, (48, 16 * len(text) + 16), np.uint8), text) for text in texts]


def measure(network: keras.Model, written: list[Written], shifts: NDArray[np.float32]) -> float:
    """The mean loss of pictures beside shifts."""
    pixels, mask = lay([one.pixels for one in written])
    widths = [one.pixels.shape[1] for one in written]
    truth = encode_labels([one.text for one in written], widths, ABC, stride=STRIDE)
    return float(np.mean(CtcLoss().call(truth, network([pixels, mask, shifts[None]], training=False))))


def test_what_was_corrected_becomes_likelier_and_the_network_stays(network: keras.Model) -> None:
    shifted, lessons, others = with_shifts(network), draw(["abc", "cab", "aab"], 1), draw(["bb", "ca"], 2)
    before = [weight.copy() for weight in shifted.get_weights()]
    shifts = learn_shifts(shifted, lessons, others, ABC, STRIDE, SHORT)
    nothing = np.zeros_like(shifts)
    assert shifts.shape == (shifted.inputs[-1].shape[-1],) and np.isfinite(shifts).all()
    assert measure(shifted, lessons, shifts) < 0.9 * measure(shifted, lessons, nothing)
    assert all(np.array_equal(*pair) for pair in zip(before, shifted.get_weights(), strict=True))
    assert np.allclose(learn_shifts(shifted, lessons, others, ABC, STRIDE, SHORT), shifts, atol=1e-4)


def test_a_text_that_its_picture_has_no_room_for_counts_for_nothing(network: keras.Model) -> None:
    shifted, (one,) = with_shifts(network), draw(["a"], 1)
    crowded = [Written(one.pixels, "abcabcabc")]
    assert not learn_shifts(shifted, crowded, [], ABC, STRIDE, SHORT).any()
    with pytest.raises(ValueError, match="nothing to learn from"):
        learn_shifts(shifted, [], [], ABC, STRIDE, SHORT)


class Judged(ShiftLearner):
    """Finds what was kept back as likely as it is told, by the length of the shifts."""

    losses: ClassVar[dict[bool, list[float]]] = {}

    def _measure(self, shifts: NDArray[np.float32], written: Sequence[Written]) -> NDArray[np.float32]:
        return np.array(self.losses[bool(shifts.any())], np.float32)


@pytest.mark.parametrize(
    ("beside", "helps"), [([0.9, 0.9], True), ([1.1, 1.1], False), ([0.8, 9.0], False), ([0.8, 1.1], True)]
)
def test_what_makes_the_lessons_that_were_kept_back_less_likely_is_not_used(
    network: keras.Model, tmp_path: Path, beside: list[float], helps: bool
) -> None:
    network.save(tmp_path / "weights.keras")
    Card("text", "text", "abc", 48, "text-4", network={"kind": "svtr"}, stride=STRIDE).write(tmp_path)
    Judged.losses = {False: [1.0, 1.0], True: beside}
    assert (Judged(tmp_path).learn(draw(["abc", "b", "c", "a"], 1) * 2, []) is not None) is helps


def test_a_bundle_learns_by_what_its_card_says(network: keras.Model, tmp_path: Path) -> None:
    network.save(tmp_path / "weights.keras")
    card = Card("text", "text", "abc", 48, "text-4", network={"kind": "svtr"}, stride=STRIDE)
    card.write(tmp_path)
    one = draw(["abc"], 1)
    shifts = ShiftLearner(tmp_path).learn(one * 4, [])
    assert shifts is not None and shifts.any(), "what is kept back is what was learned"
    Card(**{**asdict(card), "network": {}}).write(tmp_path)
    with pytest.raises(ShapeMismatch, match="takes no shifts"):
        ShiftLearner(tmp_path)
