"""Characters, the form in which texts are compared, and what a charset leaves of an alphabet."""

import hashlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longhand.handwriting.alphabet import Alphabet, fold, normalise
from longhand.handwriting.errors import UnknownCharset
from longhand.tasks import CHARSETS, DIGITS, GLYPHS, LATIN, LOWERCASE, UPPERCASE, WESTERN


def test_glyphs_are_sixty_two_and_texts_have_what_three_languages_need() -> None:
    assert (len(GLYPHS), len(set(LATIN))) == (62, len(LATIN))
    assert set(GLYPHS + " .,-'!?äöüÄÖÜßœéèêçàùî€") <= set(LATIN)
    assert all(unicodedata.normalize("NFC", c) == c for c in LATIN)


def test_the_western_alphabet_goes_on_from_the_latin_one_with_what_forms_and_neighbours_write() -> None:
    assert WESTERN.startswith(LATIN) and len(set(WESTERN)) == len(WESTERN) == 178
    assert set("@£§|~«»–—…=½×÷\\{}`") <= set(WESTERN)
    small = "áéíóúüñàèéìòùãâçêôõëïöåäæøšžðþý"
    assert set(small + small.upper()) <= set(WESTERN)
    assert all(unicodedata.normalize("NFC", c) == c for c in WESTERN)


def test_the_alphabets_that_shipped_bundles_write_never_change() -> None:
    digest = hashlib.sha256(f"{LATIN}\n{WESTERN}\n{GLYPHS}".encode()).hexdigest()
    assert len(LATIN) == 131 and digest.startswith("7d56ba96037bfa9d")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("e\u0301te\u0301", "\u00e9t\u00e9"),
        ("l’été", "l'été"),
        ("  two \t words\n", "two words"),
        ("a\u00a0b", "a b"),
        ("Straße", "Straße"),
        ("", ""),
        ("“left”", "“left”"),
    ],
)
def test_texts_are_compared_in_one_form(given: str, expected: str) -> None:
    assert normalise(given) == expected


@given(st.text())
def test_the_form_of_a_form_is_itself(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(LATIN), st.sampled_from([0, 1]))
def test_what_is_encoded_comes_back(text: str, offset: int) -> None:
    alphabet = Alphabet(LATIN, offset)
    assert alphabet.decode(alphabet.encode(text)) == text
    assert alphabet.missing(text) == ""
    assert all(offset <= i < alphabet.size for i in alphabet.encode(text))


def test_blanks_are_not_written() -> None:
    assert Alphabet("ab").decode([0, 1, 0, 2, 0]) == "ab"


def test_characters_outside_are_left_out_and_named() -> None:
    alphabet = Alphabet("abc")
    assert alphabet.encode("a?b?") == [1, 2]
    assert alphabet.missing("zaxbxz") == "xz"


def test_an_alphabet_needs_an_output_each_and_one_for_the_blank() -> None:
    assert (Alphabet("abc").size, Alphabet("abc", offset=0).size) == (4, 3)


@pytest.mark.parametrize(
    ("charset", "left"),
    [
        ("full", GLYPHS),
        ("digits", DIGITS),
        ("lowercase", LOWERCASE),
        ("uppercase", UPPERCASE),
        ("36", DIGITS + LOWERCASE),
    ],
)
def test_a_charset_leaves_its_characters(charset: str, left: str) -> None:
    alphabet, members = fold(Alphabet(GLYPHS, offset=0), charset)
    assert alphabet.characters == left
    assert len(members) == len(left)


@pytest.mark.parametrize("offset", [0, 1])
def test_thirty_six_adds_capitals_to_small_letters(offset: int) -> None:
    full = Alphabet(GLYPHS, offset)
    alphabet, members = fold(full, "36")
    spelled = dict(zip(alphabet.characters, (full.decode(group) for group in members), strict=True))
    assert (spelled["a"], spelled["z"], spelled["7"]) == ("aA", "zZ", "7")
    assert sorted("".join(spelled.values())) == sorted(GLYPHS)


def test_other_charsets_take_one_output_each() -> None:
    for charset in set(CHARSETS) - {"36"}:
        alphabet, members = fold(Alphabet(LATIN), charset)
        assert [Alphabet(LATIN).decode(group) for group in members] == list(alphabet.characters)


def test_an_unknown_charset_is_told_with_those_there_are() -> None:
    with pytest.raises(UnknownCharset, match="digits, lowercase"):
        fold(Alphabet(GLYPHS, offset=0), "runes")


def test_a_charset_of_which_the_model_writes_nothing_is_refused() -> None:
    with pytest.raises(UnknownCharset, match="no character of"):
        fold(Alphabet(DIGITS, offset=0), "lowercase")


def test_a_charset_of_which_the_model_writes_a_part_leaves_that() -> None:
    assert fold(Alphabet("7aB", offset=0), "36")[0].characters == "7ab"
