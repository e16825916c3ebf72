"""A picture is read alike, whatever is read beside it."""

import numpy as np
import pytest

from longhand.bundles.card import Card
from longhand.handwriting.ctc.language import Language
from longhand.handwriting.preprocessing import Prepared
from longhand.handwriting.transcription import Transcription
from longhand.inference.base import Logits
from longhand.inference.session import Floats, Inputs
from longhand.inference.text import TextRecogniser
from longhand.learning.language import learn_language
from longhand.tasks import LATIN

LINES, TOGETHER = 2_000, 16
LETTERS = "aenrt "


class Unused:
    """A network that is never asked: the test brings its outputs."""

    name = "unused"

    def run(self, inputs: Inputs) -> Floats:
        raise AssertionError("the outputs are given")


def draw(random: np.random.Generator) -> Logits:
    """The outputs for a line of few letters: many frames are uncertain, also the first and the last ones."""
    rows = int(random.integers(1, 40))
    logits = random.normal(-6, 1, (rows, len(LATIN) + 1))
    outputs = [0, *(1 + LATIN.index(letter) for letter in LETTERS)]
    chosen = np.repeat(random.choice(outputs, rows), 2)[:rows]
    logits[np.arange(rows), chosen] += 8
    logits[:, outputs] += random.exponential(3, (rows, len(outputs)))
    return logits.astype(np.float32)


def prepared(logits: Logits) -> Prepared:
    width = 4 * len(logits)
    return Prepared(np.zeros((32, width), np.uint8), (0, 0, width, 32), (1.0, 1.0))


@pytest.fixture(scope="module")
def recogniser() -> TextRecogniser:
    language = Language(learn_language({"tear near rate": 3.0, "enter a tent": 2.0, "arena": 1.0}, LATIN))
    card = Card("text", "text", LATIN, 32, "text-2", threshold=0.5, language_weight=0.5, language_bonus=0.3)
    return TextRecogniser(card, Unused(), language)


def test_2000_lines_read_alike_alone_and_in_batches(recogniser: TextRecogniser) -> None:
    random = np.random.default_rng(7)
    lines = [draw(random) for _ in range(LINES)]
    alone = [recogniser.interpret(line, prepared(line)) for line in lines]
    order = random.permutation(LINES)
    found: dict[int, Transcription] = {}
    for start in range(0, LINES, TOGETHER):
        places = order[start : start + TOGETHER]
        batch = [lines[place] for place in places]
        found |= dict(zip(places, recogniser.interpret_all(batch, [prepared(line) for line in batch]), strict=True))
    other = [i for i, one in enumerate(alone) if (one.text, one.accepted) != (found[i].text, found[i].accepted)]
    assert other == []
    assert max(abs(one.confidence - found[i].confidence) for i, one in enumerate(alone)) <= 0.01
