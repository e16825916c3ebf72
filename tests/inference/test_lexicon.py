"""Readings with a lexicon, whatever the network says."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longhand.bundles.card import ALWAYS, Card
from longhand.handwriting.ctc.language import Language
from longhand.handwriting.ctc.lexicon import Lexicon
from longhand.handwriting.preprocessing import prepare_glyph, prepare_text
from longhand.handwriting.terms import Terms
from longhand.handwriting.transcription import Transcription
from longhand.inference.characters import GlyphRecogniser
from longhand.inference.text import TextRecogniser
from longhand.learning.language import learn_language
from longhand.tasks import CHARSETS, GLYPHS, LATIN
from tests.drawings import written
from tests.inference.test_reading import Oracle, babble, check_confidences

PREPARED = prepare_text(written("a longer line"))
GLYPH = prepare_glyph(written("g"))
ROWS = -(-PREPARED.width // 4)
LANGUAGE = Language(learn_language({"longer": 1.0, "line": 2.0}, LATIN))
entries = st.lists(st.text(LATIN + "Ж", min_size=1, max_size=12).filter(str.strip), min_size=1, max_size=20)
raw = st.tuples(st.integers(0, 2**20), st.sampled_from([0.0, 3.0, 8.0, 40.0, 400.0]))


ODDS = st.sampled_from([[], [0.7, 2.5, 0.3]])


def read(
    seed: int,
    sharpness: float,
    lexicon: Lexicon,
    threshold: float,
    charset: str = "full",
    strict: bool = True,
    odds: Sequence[float] = (),
) -> Transcription:
    card = Card("text", "text", LATIN, 32, "text-1", threshold=0.5, lexicon_threshold=threshold, language_weight=0.3)
    card = replace(card, lexicon_odds=list(odds))
    oracle = Oracle(babble(len(LATIN) + 1, ROWS, seed, sharpness))
    return TextRecogniser(card, oracle, LANGUAGE).recognise([PREPARED], Terms(charset, lexicon, strict))[0]


@settings(deadline=None, max_examples=150)
@given(raw, entries, st.sampled_from([ALWAYS, -3.0, -0.5, 1.0]), st.sampled_from(sorted(CHARSETS)), ODDS)
def test_nothing_outside_the_list_is_ever_answered(
    logits: tuple[int, float], texts: list[str], threshold: float, charset: str, odds: list[float]
) -> None:
    lexicon = Lexicon(texts)
    found = read(*logits, lexicon, threshold, charset, odds=odds)
    assert found.match is not None
    assert found.text == (found.match.entry or "")
    assert {found.text, *(text for text, _ in found.alternatives)} <= {*lexicon.entries, ""}
    assert found.text or not found.accepted
    assert 0 <= found.match.margin <= 1
    own = [found.confidence] if found.text else []
    assert own or found.confidence == 0
    confidences = [*own, *(c for _, c in found.alternatives)]
    assert all(0 <= c <= 1 for c in confidences) and sorted(confidences, reverse=True) == confidences
    placed = "".join(c for c, _, _ in found.characters)
    assert placed == found.text.replace("Ж", "") or (odds and not placed)


@settings(deadline=None, max_examples=40)
@given(raw, entries)
def test_a_list_that_is_not_strict_leaves_the_free_reading_where_nothing_fits(
    logits: tuple[int, float], texts: list[str]
) -> None:
    found, free = read(*logits, Lexicon(texts), 1.0, strict=False), read(*logits, Lexicon(texts), 1.0)
    assert found.match == free.match and found.match is not None and found.match.entry is None
    assert not found.accepted and free.text == ""


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**20), entries, st.sampled_from([ALWAYS, -1.0]))
def test_a_glyph_is_an_entry_of_one_character_or_none(seed: int, texts: list[str], threshold: float) -> None:
    logits = np.random.default_rng(seed).normal(0, 3, len(GLYPHS)).astype(np.float32)
    card = Card("characters", "character", GLYPHS, 28, "glyph-1", threshold=0.5, lexicon_threshold=threshold)
    lexicon = Lexicon(texts)
    found = GlyphRecogniser(card, Oracle(logits)).recognise([GLYPH], Terms(lexicon=lexicon))[0]
    single = {text for text in lexicon.entries if text in GLYPHS and len(text) == 1}
    assert {found.text, *(text for text, _ in found.alternatives)} <= {*single, ""}
    assert found.text or not found.accepted


def test_what_stands_there_is_found_with_its_boxes() -> None:
    logits = np.full((ROWS, len(LATIN) + 1), -6, np.float32)
    logits[:, 0] = 0
    for place, letter in enumerate("line"):
        logits[4 * place + 3, [0, LATIN.index(letter) + 1]] = -6, 0
    card = Card("text", "text", LATIN, 32, "text-1", threshold=0.5, lexicon_threshold=-1.0)
    recogniser = TextRecogniser(card, Oracle(logits))
    found = recogniser.recognise([PREPARED], Terms(lexicon=Lexicon(["lane", "line", "longer"])))[0]
    assert (found.text, found.accepted) == ("line", True)
    assert found.match is not None and found.match.margin > 0.9
    assert found.characters == recogniser.recognise([PREPARED])[0].characters
    outside = recogniser.recognise([PREPARED], Terms(lexicon=Lexicon(["Berlin", "Hamburg"])))[0]
    assert (outside.text, outside.accepted) == ("", False)


def test_another_spelling_is_boxed_where_it_stands_and_answered_as_listed() -> None:
    logits = np.full((ROWS, len(LATIN) + 1), -6, np.float32)
    logits[:, 0] = 0
    for place, letter in enumerate("LINE"):
        logits[4 * place + 3, [0, LATIN.index(letter) + 1]] = -6, 0
    card = Card("text", "text", LATIN, 32, "text-1", threshold=0.5, lexicon_threshold=0.0, lexicon_odds=[1.0, 2.0, 0.0])
    recogniser = TextRecogniser(card, Oracle(logits))
    found = recogniser.recognise([PREPARED], Terms(lexicon=Lexicon(["lane", "line"])))[0]
    free = recogniser.recognise([PREPARED])[0]
    assert (found.text, found.accepted, free.text) == ("line", True, "LINE")
    assert [box for _, _, box in found.characters] == [box for _, _, box in free.characters]
    assert "".join(character for character, _, _ in found.characters) == "line"


def test_what_leads_far_is_answered_though_it_fits_badly() -> None:
    """An unsure network: every letter is less likely than another, but the entry's are likelier than all else."""
    logits = np.full((ROWS, len(LATIN) + 1), -9, np.float32)
    logits[:, 0] = 0
    for place, (letter, other) in enumerate(zip("line", "xqzv", strict=True)):
        logits[4 * place + 3, [0, LATIN.index(letter) + 1, LATIN.index(other) + 1]] = -9, -0.9, 0
    fit_alone = Card("text", "text", LATIN, 32, "text-1", threshold=0.5, lexicon_threshold=-0.7)
    card = replace(fit_alone, lexicon_threshold=2.8, lexicon_odds=[0.7, 2.5, 0.3])
    terms = Terms(lexicon=Lexicon(["line", "Berlin", "Hamburg"]))
    assert TextRecogniser(fit_alone, Oracle(logits)).recognise([PREPARED], terms)[0].text == ""
    assert TextRecogniser(card, Oracle(logits)).recognise([PREPARED], terms)[0].text == "line"
    close = Terms(lexicon=Lexicon(["line", "lime", "lane"]))
    logits[4 * 2 + 3, LATIN.index("m") + 1] = -1.5
    assert TextRecogniser(card, Oracle(logits)).recognise([PREPARED], close)[0].text == ""


@settings(deadline=None, max_examples=60)
@given(raw)
def test_confidences_with_a_language_are_those_of_one_whole(logits: tuple[int, float]) -> None:
    card = Card("text", "text", LATIN, 32, "text-1", threshold=0.5, language_weight=0.4, language_bonus=0.6)
    oracle = Oracle(babble(len(LATIN) + 1, ROWS, *logits))
    check_confidences(TextRecogniser(card, oracle, LANGUAGE).recognise([PREPARED])[0])


@settings(deadline=None, max_examples=60)
@given(raw, st.floats(0.1, 3), st.floats(-3, 3))
def test_confidences_along_a_line_say_the_same_less_loudly_or_more(
    logits: tuple[int, float], slope: float, offset: float
) -> None:
    plain_card = Card("text", "text", LATIN, 32, "text-1", threshold=0.5)
    card = replace(plain_card, confidence_slope=slope, confidence_offset=offset)
    oracle = Oracle(babble(len(LATIN) + 1, ROWS, *logits))
    found = TextRecogniser(card, oracle, LANGUAGE).recognise([PREPARED])[0]
    plain = TextRecogniser(plain_card, oracle, LANGUAGE).recognise([PREPARED])[0]
    check_confidences(found)
    assert [text for text, _ in found.alternatives] == [text for text, _ in plain.alternatives]
    assert found.text == plain.text
    if 1e-5 < plain.confidence < 1 - 1e-5:
        odds = slope * np.log(plain.confidence / (1 - plain.confidence)) + offset
        assert found.confidence == pytest.approx(1 / (1 + np.exp(-odds)), rel=1e-6)


def test_a_language_decides_between_what_looks_the_same() -> None:
    logits = np.full((ROWS, len(LATIN) + 1), -8, np.float32)
    logits[:, 0] = 0
    for place, letter in enumerate("lime"):
        logits[4 * place + 3, [0, LATIN.index(letter) + 1]] = -8, 0
    logits[4 * 2 + 3, LATIN.index("n") + 1] = -0.2
    card = Card("text", "text", LATIN, 32, "text-1", language_weight=0.4)
    assert TextRecogniser(card, Oracle(logits)).recognise([PREPARED])[0].text == "lime"
    assert TextRecogniser(card, Oracle(logits), LANGUAGE).recognise([PREPARED])[0].text == "line"


@pytest.mark.parametrize("charset", sorted(CHARSETS))
def test_many_pictures_are_interpreted_as_each_alone(charset: str) -> None:
    card = Card("text", "text", LATIN, 32, "text-1", threshold=0.5, language_weight=0.4)
    recogniser = TextRecogniser(card, Oracle(np.zeros((1, 1), np.float32)), LANGUAGE)
    prepared = [prepare_text(written(text)) for text in ("a", "a longer line", "word")]
    logits = [babble(len(LATIN) + 1, -(-one.width // 4), seed, 5.0) for seed, one in enumerate(prepared)]
    lexicon = Lexicon(["word", "line"])
    for given_ in (None, lexicon):
        together = recogniser.interpret_all(logits, prepared, Terms(charset, given_))
        for one, answer, found in zip(prepared, logits, together, strict=True):
            alone = recogniser.interpret(answer, one, Terms(charset, given_))
            assert (alone.text, alone.accepted) == (found.text, found.accepted)
            assert alone.confidence == pytest.approx(found.confidence, abs=1e-4)
