"""Alignment finds where the characters of a line stand, whatever the delay of the network that shows them."""

from collections.abc import Sequence

import numpy as np
import pytest

from longhand.bundles.card import Card
from longhand.datasets.sample import Sample
from longhand.handwriting.batching import count_frames
from longhand.inference.session import Inputs
from longhand.inference.text import TextRecogniser
from longhand.tasks import LATIN
from pipelines.align import align_samples
from tests.datasets.test_recomposed import PITCH, bars
from tests.drawings import encode


class Spotter:
    """Answers each picture with the next text: a letter in one frame, `delay` of its width after it begins."""

    name = "spotter"

    def __init__(self, texts: Sequence[str], delay: float) -> None:
        self._texts, self._delay = iter(texts), delay

    def run(self, inputs: Inputs) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        pixels, mask = inputs
        (width,) = mask.sum(axis=1).astype(int)
        text, frames = next(self._texts), count_frames(int(width))
        logits = np.full((1, count_frames(pixels.shape[2]), len(LATIN) + 1), -9, np.float32)
        logits[0, :, 0] = 0
        for place, letter in enumerate(text):
            frame = int((place + self._delay) * frames / len(text))
            logits[0, frame, [0, LATIN.index(letter) + 1]] = -9, 0
        return logits


def recogniser(texts: Sequence[str], delay: float) -> TextRecogniser:
    return TextRecogniser(Card("text", "text", LATIN, 32, "text-1"), Spotter(texts, delay))


def sample(text: str, split: str = "train") -> Sample:
    return Sample("bars", text, text, "w1", split, lambda: encode(bars(text)))  # type: ignore[arg-type]


@pytest.mark.parametrize("delay", [0.2, 0.5])
def test_edges_lie_where_the_least_ink_is_whatever_the_delay(delay: float) -> None:
    texts = ["cccc", "cbcc", "ccbcc"]
    found = align_samples(recogniser(texts, delay), map(sample, texts))
    assert [one.text for one in found] == texts
    for one in found:
        ink = PITCH * len(one.text) - 8
        gaps = [(PITCH * i - 3) / ink for i in range(1, len(one.text))]
        assert np.abs(np.array(one.edges[1:-1]) - gaps).max() < 0.4 * PITCH / ink
        assert one.edges[0] == 0 and one.edges[-1] == 1 and min(one.confidences) > 0.9


def test_only_lines_to_train_on_that_can_be_spelled_are_aligned() -> None:
    samples = [sample("cc", "test"), Sample("bars", "x", "字", "w", "train", lambda: encode(bars("cc"))), sample("cc")]
    assert len(align_samples(recogniser(["cc"], 0.3), samples)) == 1


def test_a_line_whose_text_the_network_does_not_see_is_left_out() -> None:
    assert align_samples(recogniser(["bb"], 0.3), [sample("cc")]) == []
