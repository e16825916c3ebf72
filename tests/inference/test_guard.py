"""What a model does not know is not accepted, however sure its network is."""

from dataclasses import replace

import numpy as np
import pytest

from longhand.bundles.card import Card
from longhand.handwriting.ctc.lexicon import Lexicon
from longhand.handwriting.notices import Notice
from longhand.handwriting.preprocessing import prepare_glyph, prepare_text
from longhand.handwriting.terms import Terms
from longhand.handwriting.transcription import Transcription
from longhand.inference.characters import GlyphRecogniser
from longhand.inference.guard import measure_strength
from longhand.inference.session import Floats
from longhand.inference.text import TextRecogniser
from longhand.tasks import GLYPHS, LATIN
from tests.drawings import written
from tests.inference.test_reading import Oracle

PREPARED = prepare_text(written("a longer line"))
GLYPH = prepare_glyph(written("g"))
ROWS = -(-PREPARED.width // 4)
TEXT = Card("text", "text", LATIN, 32, "text-1", threshold=0.5)
CHARACTERS = Card("characters", "character", GLYPHS, 28, "glyph-1", threshold=0.5)


def spell(text: str, strength: float) -> Floats:
    """A network that is sure of a text: its logits stand `strength` above those of all else, which are 0."""
    logits = np.zeros((ROWS, len(LATIN) + 1), np.float32)
    logits[:, 0] = 30
    for place, letter in enumerate(text):
        logits[4 * place + 3, [0, LATIN.index(letter) + 1]] = 0, strength
    return logits


def show(strengths: dict[str, float]) -> Floats:
    logits = np.zeros(len(GLYPHS), np.float32)
    for character, strength in strengths.items():
        logits[GLYPHS.index(character)] = strength
    return logits


def read(strength: float, terms: Terms | None = None, **guard: float) -> Transcription:
    card = replace(TEXT, guard={"full": guard} if guard else {}, lexicon_threshold=-1.0)
    return TextRecogniser(card, Oracle(spell("line", strength))).recognise([PREPARED], terms or Terms())[0]


def test_a_card_without_guard_accepts_what_it_is_sure_of() -> None:
    found = read(12.0)
    assert found.accepted and found.notices == ()


def test_what_is_answered_strongly_stays_as_it_is() -> None:
    assert read(12.0, least=5.0, sure=9.0) == read(12.0)


@pytest.mark.parametrize("guard", [{"least": 13.0, "sure": 13.0}, {"least": 5.0, "sure": 13.0}])
def test_what_is_answered_weakly_is_for_review_and_says_why(guard: dict[str, float]) -> None:
    found, free = read(12.0, **guard), read(12.0)
    assert (found.accepted, found.notices) == (False, (Notice.UNFAMILIAR,))
    assert (found.text, found.confidence) == (free.text, free.confidence)


def test_an_entry_must_be_as_strong_as_any_picture_only() -> None:
    terms = Terms(lexicon=Lexicon(["line", "Berlin"]))
    assert read(12.0, terms, least=5.0, sure=13.0).accepted
    assert not read(12.0, terms, least=13.0, sure=13.0).accepted


def test_a_picture_without_any_character_is_unfamiliar() -> None:
    card = replace(TEXT, guard={"full": {"least": 5.0, "sure": 9.0}})
    found = TextRecogniser(card, Oracle(spell("", 0))).recognise([PREPARED])[0]
    assert found.text == "" and found.notices == (Notice.UNFAMILIAR,)


def test_among_digits_alone_a_letter_is_no_digit() -> None:
    """The network takes it for an l and, if it must be a digit, surely for a 2."""
    guard = {"full": {"least": 2.0, "sure": 4.0}, "digits": {"least": 2.0, "sure": 4.0, "share": -0.2}}
    letter, digit = show({"l": 16, "2": 9}), show({"l": 6, "2": 9})
    for card, accepted in ((CHARACTERS, True), (replace(CHARACTERS, guard=guard), False)):
        found = GlyphRecogniser(card, Oracle(letter)).recognise([GLYPH], Terms("digits"))[0]
        assert (found.text, found.accepted) == ("2", accepted)
        assert GlyphRecogniser(card, Oracle(letter)).recognise([GLYPH])[0].accepted
        assert GlyphRecogniser(card, Oracle(digit)).recognise([GLYPH], Terms("digits"))[0].accepted


def test_a_charset_without_values_of_its_own_has_those_of_all() -> None:
    card = replace(CHARACTERS, guard={"full": {"least": 2.0, "sure": 8.0}})
    for strength, accepted in ((7.0, False), (9.0, True)):
        found = GlyphRecogniser(card, Oracle(show({"L": strength, "l": 20}))).recognise([GLYPH], Terms("uppercase"))[0]
        assert (found.text, found.accepted) == ("L", accepted)


def test_strength_is_the_mean_over_what_is_shown_and_share_what_a_charset_holds() -> None:
    logits = spell("7l", 12.0)
    logits[3, LATIN.index("7") + 1] = 8.0
    assert measure_strength(logits, TEXT).strength == pytest.approx(10.0)
    assert measure_strength(logits, TEXT).share == pytest.approx(0.0, abs=1e-5)
    digits = measure_strength(logits, TEXT, "digits")
    assert digits.strength == pytest.approx(4.0)  # 8 for the 7, 0 for the best digit beside the l
    assert digits.share == pytest.approx((np.log1p(-0.03) + np.log(11) - 12) / 2, abs=0.1)
