"""A person's vocabulary beside a language, on frames that are made up."""

import math

import numpy as np
import pytest

from longhand.bundles.card import Card
from longhand.handwriting.ctc import vocabulary as words
from longhand.handwriting.ctc.language import Language
from longhand.handwriting.ctc.likelihood import Doubles, Frames, stack
from longhand.handwriting.ctc.vocabulary import Vocabulary
from longhand.handwriting.errors import BadVocabulary
from longhand.inference.decoding import Hypotheses, decode
from longhand.learning.language import learn_language

CHARACTERS = " ()-.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
CARD = Card("text", "text", CHARACTERS, 32, "text-1", language_weight=0.5, language_bonus=1.0, threshold=0.5)
LANGUAGE = Language(learn_language({"Haus": 9, "Baum": 5, "Haus am Baum": 3, "Maus": 2}, CHARACTERS))


def show(text: str, doubts: dict[int, str] | None = None, share: float = 0.008) -> Doubles:
    """Logits of a picture of a text, two frames and a blank for each letter, which may be another one."""
    rows = np.full((3 * len(text), len(CHARACTERS) + 1), 1e-6)
    for place, letter in enumerate(text):
        there = slice(3 * place, 3 * place + 2)
        rows[there, CHARACTERS.index(letter) + 1] = 1.0
        if doubts and place in doubts:
            rows[there, CHARACTERS.index(doubts[place]) + 1] = share
        rows[3 * place + 2, 0] = 1.0
    return np.log(rows / rows.sum(axis=1, keepdims=True))


def read(frames: Frames, *known: str) -> Hypotheses:
    return decode(frames, CHARACTERS, CARD, LANGUAGE, Vocabulary(dict.fromkeys(known, 1)))


def text(found: Hypotheses, picture: int = 0) -> str:
    return found.read(picture)[1][0][0]


DOUBTFUL = stack([show("am Hortwig Baum", {4: "a"})])


def test_a_word_of_the_vocabulary_is_read_within_a_line_where_it_nearly_stands() -> None:
    assert text(read(DOUBTFUL)) == "am Hortwig Baum"
    assert text(read(DOUBTFUL, "Hartwig")) == "am Hartwig Baum"


def test_an_empty_vocabulary_changes_nothing() -> None:
    without, empty = decode(DOUBTFUL, CHARACTERS, CARD, LANGUAGE), read(DOUBTFUL)
    assert (without.written, without.confidences) == (empty.written, empty.confidences)


@pytest.mark.parametrize("word", ["Ludwig", "Hedwig", "Hartmann"])
def test_a_word_that_does_not_stand_there_is_not_read(word: str) -> None:
    assert text(read(DOUBTFUL, word)) == "am Hortwig Baum"


def test_a_word_is_read_where_its_first_letter_was_taken_for_punctuation_or_a_gap_was_seen() -> None:
    assert text(read(stack([show("(artwig", {0: "H"})]), "Hartwig")) == "Hartwig"
    gap = show("Hart wig")
    gap[12:14, 0] = gap[12, 1] - 4.5
    assert (text(read(stack([gap]))), text(read(stack([gap]), "Hartwig"))) == ("Hart wig", "Hartwig")


def test_several_words_of_a_line_are_read_together() -> None:
    frames = stack([show("Hortwig Kronz", {1: "a", 10: "a"})])
    assert text(read(frames, "Hartwig", "Kranz")) == "Hartwig Kranz"


def test_the_letters_of_a_word_stand_where_they_are_written() -> None:
    found = read(DOUBTFUL, "Hartwig")
    row, _ = found.read(0)
    spelled = [CHARACTERS[output - 1] for output in found.path(row) if output]
    assert "".join(spelled[::2]) == "am Hartwig Baum"
    assert np.flatnonzero(found.path(row))[:4].tolist() == [0, 1, 3, 4]


def test_pictures_read_together_are_read_as_alone() -> None:
    logits = [show("Haus"), show("am Hortwig Baum", {4: "a"}), show("Kronz", {2: "a"})]
    together = read(stack(logits), "Hartwig", "Kranz")
    for place, one in enumerate(logits):
        alone = read(stack([one]), "Hartwig", "Kranz")
        ranked, apart = together.read(place)[1], alone.read(0)[1]
        assert [text for text, _ in ranked] == [text for text, _ in apart]
        assert [value for _, value in ranked] == pytest.approx([value for _, value in apart])


def test_a_word_that_the_language_expects_gains_next_to_nothing_and_an_older_one_less_than_a_newer_one() -> None:
    gains = Vocabulary({"Kranz": 1, "Haus": 1, "Kronz": 1}).gains(LANGUAGE)
    assert gains["Haus"] < 0.1 < 3 < gains["Kronz"]
    assert Vocabulary({"Kranz": 3}).gains(LANGUAGE)["Kranz"] == pytest.approx(gains["Kranz"] + math.log(3), abs=0.01)
    aged = Vocabulary({f"{a}{b}x": 1 for a in "abcdefghij" for b in "abcdefghij"} | {"Kranz": 1}).gains(LANGUAGE)
    assert aged["Kranz"] == pytest.approx(gains["Kranz"] - math.log(2), abs=0.01)


def test_a_word_with_a_character_that_the_model_cannot_write_is_left_out() -> None:
    assert Vocabulary({"Müller": 1, "Haus": 1}).gains(LANGUAGE).keys() == {"Haus"}
    assert text(read(stack([show("Hartwik")]), "Hartwïk")) == "Hartwik"


def test_the_text_of_a_vocabulary_makes_the_same_again() -> None:
    one = Vocabulary({"Müller": 2, "z.B": 1})
    assert one.text == "2\tMüller\n1\tz.B"
    assert Vocabulary.parse(one.text).digest == one.digest and Vocabulary.parse("").words == {}


@pytest.mark.parametrize("given", ["Müller", "0\tMüller", "x\tMüller", "1\tA7", "1\tab", "1\tMüller,", "1\tBad Elster"])
def test_what_is_no_vocabulary_is_refused(given: str) -> None:
    with pytest.raises(BadVocabulary):
        Vocabulary.parse(given)


def test_a_vocabulary_has_a_bound() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    with pytest.raises(BadVocabulary, match="at most 500"):
        Vocabulary({f"{a}{b}x": 1 for a in letters for b in letters[: words.MAX_WORDS // 26 + 1]})
