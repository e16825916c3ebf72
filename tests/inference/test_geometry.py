"""A recogniser goes by the stride, margin and scale of its own card."""

from dataclasses import replace

import numpy as np
import pytest

from longhand.bundles.card import ALWAYS, Card
from longhand.handwriting.ctc.lexicon import Lexicon
from longhand.handwriting.preprocessing import Prepared
from longhand.handwriting.terms import Terms
from longhand.inference.base import Logits
from longhand.inference.session import Inputs
from longhand.inference.text import TextRecogniser

CARD = Card("text", "text", "ab", 32, "text-1")
PREPARED = Prepared(np.full((32, 48), 200, np.uint8), (0, 0, 480, 100), (1.0, 1.0))


class Bright:
    """A network with a frame for every `stride` columns: `a` in the first half, `b` in the second."""

    name = "bright"

    def __init__(self, stride: int) -> None:
        self._stride = stride
        self.brightest = 0.0

    def run(self, inputs: Inputs) -> Logits:
        self.brightest = float(inputs[0].max())
        frames = inputs[0].shape[2] // self._stride
        logits = np.zeros((len(inputs[0]), frames, 4), np.float32)
        half = PREPARED.width // self._stride // 2
        logits[:, :half, 1], logits[:, half:, 2] = 9, 9
        return logits


@pytest.mark.parametrize("stride", [2, 4, 8])
def test_letters_stand_where_the_frames_of_this_stride_are(stride: int) -> None:
    (found,) = TextRecogniser(replace(CARD, stride=stride, margin=0), Bright(stride)).recognise([PREPARED])
    assert found.text == "ab"
    assert [box[::2] for _, _, box in found.characters] == [(0, 240), (240, 480)]


@pytest.mark.parametrize(("entry", "places"), [("abab", 4), ("ab ab", 0)])
def test_an_entry_that_needs_more_frames_than_there_are_has_no_places(entry: str, places: int) -> None:
    """It may be answered all the same, where it is written without its spaces; but no letter stands in the padding."""
    narrow = Prepared(np.full((32, 16), 200, np.uint8), (0, 0, 160, 100), (1.0, 1.0))
    card = replace(CARD, characters="ab ", margin=0, lexicon_threshold=ALWAYS, lexicon_odds=[0.7, 2.5, 0.3])
    (found,) = TextRecogniser(card, Bright(4)).recognise([narrow], Terms(lexicon=Lexicon([entry])))
    assert (found.text, len(found.characters)) == (entry, places)


def test_the_margin_is_no_part_of_the_picture() -> None:
    (found,) = TextRecogniser(replace(CARD, margin=12), Bright(4)).recognise([PREPARED])
    assert [box[::2] for _, _, box in found.characters] == [(0, 240), (240, 480)]
    (found,) = TextRecogniser(replace(CARD, margin=18), Bright(4)).recognise([PREPARED])
    assert found.characters[0][2][0] == 0, "a box ends where the picture ends"


def test_pixels_are_divided_by_the_scale() -> None:
    for scale, brightest in ((255.0, 200 / 255), (100.0, 2.0)):
        network = Bright(4)
        TextRecogniser(replace(CARD, scale=scale), network).recognise([PREPARED])
        assert network.brightest == pytest.approx(brightest)
