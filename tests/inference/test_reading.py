"""What a recogniser answers, whatever its network says."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longhand.bundles.card import Card
from longhand.handwriting.alphabet import normalise
from longhand.handwriting.errors import NoInk, UnknownCharset
from longhand.handwriting.images import Picture, decode
from longhand.handwriting.notices import Notice
from longhand.handwriting.preprocessing import Prepared, prepare_glyph, prepare_text
from longhand.handwriting.terms import Terms
from longhand.handwriting.transcription import Transcription
from longhand.inference import load
from longhand.inference.base import ALTERNATIVES, Logits
from longhand.inference.characters import GlyphRecogniser
from longhand.inference.session import Inputs
from longhand.inference.text import TextRecogniser
from longhand.tasks import CHARSETS, DIGITS, GLYPHS, LATIN, LOWERCASE, UPPERCASE
from tests.bundles import glyph_guesser, stroke_counter
from tests.drawings import written
from tests.prediction.pictures import blank, word

LETTERS = {"digits": DIGITS, "lowercase": LOWERCASE, "uppercase": UPPERCASE, "36": DIGITS + LOWERCASE}


class Oracle:
    """A network that says what it was told to, to whatever it is shown."""

    name = "oracle"

    def __init__(self, logits: Logits) -> None:
        self._logits = logits

    def run(self, inputs: Inputs) -> Logits:
        return np.stack([self._logits] * len(inputs[0]))


def babble(outputs: int, rows: int, seed: int, sharpness: float) -> Logits:
    """Frames that are rather sure of one output each, often the blank or the space."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, 1, (rows, outputs))
    chosen = random.choice([0, 1, *random.integers(0, outputs, 3)], rows)
    logits[np.arange(rows), chosen] += sharpness
    return logits.astype(np.float32)


PREPARED = prepare_text(written("a longer line"))
ROWS = -(-PREPARED.width // 4)
readings = given(
    seed=st.integers(0, 2**20),
    sharpness=st.sampled_from([0.0, 3.0, 8.0, 40.0]),
    charset=st.sampled_from(sorted(CHARSETS)),
)


def interpret(seed: int, sharpness: float, charset: str, prepared: Prepared = PREPARED) -> Transcription:
    card = Card("text", "text", LATIN, 32, "text-1", threshold=0.5)
    recogniser = TextRecogniser(card, Oracle(babble(len(LATIN) + 1, ROWS, seed, sharpness)))
    (found,) = recogniser.recognise([prepared], Terms(charset))
    return found


def check_confidences(found: Transcription) -> None:
    others = [confidence for _, confidence in found.alternatives]
    assert 1 >= found.confidence >= max(others, default=0) if found.text else found.confidence == 0
    assert sorted(others, reverse=True) == others and all(0 <= c <= 1 for c in others)
    assert all(0 <= c <= 1 for _, c, _ in found.characters)
    texts = [found.text, *(text for text, _ in found.alternatives)]
    assert len(set(texts)) == len(texts) <= ALTERNATIVES + 1
    assert found.accepted is (found.confidence >= 0.5)


@settings(deadline=None, max_examples=120)
@readings
def test_a_text_is_the_likeliest_and_its_alternatives_are_others(seed: int, sharpness: float, charset: str) -> None:
    found = interpret(seed, sharpness, charset)
    check_confidences(found)
    for text in (found.text, *(text for text, _ in found.alternatives)):
        assert normalise(text) == text
        assert set(text) <= set(LETTERS.get(charset, LATIN))


def oracle(*letters: str) -> Logits:
    """Frames that surely show these outputs, `_` the blank, each for two frames."""
    logits = np.full((ROWS, len(LATIN) + 1), -20, np.float32)
    shown = [0 if letter == "_" else 1 + LATIN.index(letter) for letter in letters for _ in range(2)]
    logits[np.arange(ROWS), [*shown, *[0] * (ROWS - len(shown))]] = 0
    return logits


@pytest.mark.parametrize(("spaces", "text"), [(False, "11223"), (True, "1122 3")])
def test_digits_have_spaces_between_them_only_where_asked(spaces: bool, text: str) -> None:
    """A gap is no digit, and keeps two equal digits apart."""
    card = Card("text", "text", LATIN, 32, "text-1")
    recogniser = TextRecogniser(card, Oracle(oracle("1", "_", "1", "_", "2", "_", "2", " ", "3")))
    assert recogniser.recognise([PREPARED], Terms("digits", spaces=spaces))[0].text == text
    gap = TextRecogniser(card, Oracle(oracle("1", " ", "1"))).recognise([PREPARED], Terms("digits"))[0]
    assert (gap.text, gap.confidence) == ("11", pytest.approx(1, abs=1e-3))


def test_an_empty_reading_is_never_sure() -> None:
    card = Card("text", "text", LATIN, 32, "text-1", threshold=0.0)
    found = TextRecogniser(card, Oracle(oracle("_"))).recognise([PREPARED])[0]
    assert (found.text, found.confidence) == ("", 0)


@settings(deadline=None, max_examples=60)
@readings
def test_every_character_of_a_text_has_its_box(seed: int, sharpness: float, charset: str) -> None:
    found = interpret(seed, sharpness, charset)
    assert "".join(text for text, _, _ in found.characters) == found.text
    x0, y0, x1, y1 = PREPARED.box
    lefts = [box[0] for _, _, box in found.characters]
    rights = [box[2] for _, _, box in found.characters]
    assert all(x0 <= left <= right <= x1 for left, right in zip(lefts, rights, strict=True))
    assert sorted(lefts) == lefts and sorted(rights) == rights
    assert {(box[1], box[3]) for _, _, box in found.characters} <= {(y0, y1)}


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**20), charset=st.sampled_from(sorted(CHARSETS)))
def test_a_glyph_is_ranked_within_its_charset(seed: int, charset: str) -> None:
    prepared = prepare_glyph(written("g"))
    logits = np.random.default_rng(seed).normal(0, 3, len(GLYPHS)).astype(np.float32)
    card = Card("characters", "character", GLYPHS, 28, "glyph-1", threshold=0.5)
    (found,) = GlyphRecogniser(card, Oracle(logits)).recognise([prepared], Terms(charset))
    check_confidences(found)
    letters = LETTERS.get(charset, GLYPHS)
    if charset != "36":
        assert found.text == max(letters, key=lambda c: logits[GLYPHS.index(c)])
    assert {text for text, _ in found.alternatives} | {found.text} <= set(letters)
    assert found.characters == ((found.text, found.confidence, tuple(map(float, prepared.box))),)


def test_thirty_six_adds_the_capital_to_the_small_letter() -> None:
    logits = np.full(len(GLYPHS), -20, np.float32)
    logits[[GLYPHS.index(c) for c in "aA7"]] = np.log([0.3, 0.3, 0.4])
    recogniser = GlyphRecogniser(Card("characters", "character", GLYPHS, 28, "glyph-1"), Oracle(logits))
    prepared = prepare_glyph(written("a"))
    assert recogniser.recognise([prepared])[0].text == "7"
    found = recogniser.recognise([prepared], Terms("36"))[0]
    assert (found.text, found.confidence) == ("a", pytest.approx(0.6))
    assert recogniser.recognise([prepared], Terms("digits"))[0].confidence == pytest.approx(1)
    assert not found.accepted, "a card without a threshold accepts nothing"


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundles")
    stroke_counter(folder / "text", "a")
    glyph_guesser(folder / "characters", "7")
    return folder


@pytest.mark.parametrize("engine", ["onnxruntime", "openvino", "auto"])
def test_boxes_stand_where_the_strokes_are(bundles: Path, engine: str) -> None:
    recogniser = load(bundles / "text", threads=1, engine=engine)
    (found,) = recogniser.read([decode(word(100))])
    assert (found.text, found.accepted) == ("aaaa", True)
    for left, (_, _, box) in zip(range(10, 90, 20), found.characters, strict=True):
        assert box[0] <= left + 3 and left <= box[2] and box[0] >= 0 and box[2] <= 100
        assert 0 <= box[1] <= 15 and 45 <= box[3] <= 60


@pytest.mark.parametrize("task", ["text", "characters"])
def test_an_unknown_charset_is_refused(bundles: Path, task: str) -> None:
    with pytest.raises(UnknownCharset, match="runes"):
        load(bundles / task, threads=1).read([decode(word())], Terms("runes"))


def test_a_charset_of_which_the_model_writes_nothing_is_refused(bundles: Path) -> None:
    with pytest.raises(UnknownCharset, match="digits"):
        load(bundles / "text", threads=1).read([decode(word())], Terms("digits"))


@pytest.mark.parametrize("task", ["text", "characters"])
def test_a_blank_page_is_no_guess(bundles: Path, task: str) -> None:
    with pytest.raises(NoInk):
        load(bundles / task, threads=1).read([decode(word()), decode(blank())])


def test_pictures_are_answered_in_their_order(bundles: Path) -> None:
    recogniser = load(bundles / "text", threads=1)
    widths = (140, 40, 220, 60, 100)
    found = recogniser.read([decode(word(width)) for width in widths])
    assert [len(one.text) for one in found] == [(width - 20) // 20 for width in widths]


def test_a_transposed_copy_of_memory_reads_the_same(bundles: Path) -> None:
    """Pictures need not be contiguous."""
    recogniser = load(bundles / "text", threads=1)
    gray = decode(word(100)).gray
    assert recogniser.read([Picture(np.asfortranarray(gray))]) == recogniser.read([Picture(gray)])


@pytest.mark.parametrize("threads", [1, 2])
def test_any_number_of_pictures_is_answered_in_order(bundles: Path, threads: int) -> None:
    recogniser = load(bundles / "text", threads=threads)
    widths = [int(width) for width in np.random.default_rng(1).permutation(np.tile(np.arange(40, 240, 20), 9))]
    found = recogniser.read([decode(word(width)) for width in widths])
    assert [len(one.text) for one in found] == [(width - 20) // 20 for width in widths]
    assert recogniser.read([]) == []


def test_a_reading_carries_the_notices_of_its_picture() -> None:
    prepared = replace(PREPARED, notices=(Notice.TURNED, Notice.UNEVEN_LIGHT))
    assert interpret(1, 8.0, "full", prepared).notices == prepared.notices
    assert interpret(1, 8.0, "full").notices == ()
    glyph = replace(prepare_glyph(written("g")), notices=(Notice.FRAME_REMOVED,))
    recogniser = GlyphRecogniser(
        Card("characters", "character", GLYPHS, 28, "glyph-1"), Oracle(np.zeros(62, np.float32))
    )
    assert recogniser.recognise([glyph])[0].notices == glyph.notices
