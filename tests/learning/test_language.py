"""A language knows what people write, from a small file."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from longhand.bundles.errors import BundleError
from longhand.bundles.files import LANGUAGE
from longhand.bundles.language import read_language, write_language
from longhand.handwriting.alphabet import Alphabet
from longhand.handwriting.ctc.language import Language
from longhand.handwriting.ctc.likelihood import pack
from longhand.handwriting.ctc.ngrams import Ngrams
from longhand.learning.language import learn_language
from longhand.tasks import LATIN

TEXTS = {"Bahnhofstraße": 5.0, "Hauptstraße": 5.0, "Kirchweg": 3.0, "Am Kirchweg": 1.0, "Bonn": 0.5}


def scores(language: Ngrams, *texts: str) -> list[float]:
    alphabet = Alphabet(language.characters)
    return [float(s) for s in Language(language).score(pack([alphabet.encode(t) for t in texts], [0] * len(texts)))]


@pytest.fixture(scope="module")
def language() -> Ngrams:
    return learn_language(TEXTS, LATIN)


def test_what_was_often_seen_is_likelier(language: Ngrams) -> None:
    seen, like, other, odd = scores(language, "Hauptstraße", "Hofstraße", "Hauptstrabe", "ßqX,;")
    assert seen > like > odd
    assert seen > other


def test_a_text_scores_the_same_beside_longer_ones(language: Ngrams) -> None:
    together = scores(language, "Bonn", "", "Bahnhofstraße")
    assert together == [scores(language, text)[0] for text in ("Bonn", "", "Bahnhofstraße")]


@pytest.mark.parametrize("size", [12, 10_000])
def test_the_probabilities_of_all_short_texts_add_up(size: int) -> None:
    """Kept whole or pruned: what is left over by texts of up to five letters is what longer ones have."""
    language = learn_language({"ab": 3.0, "aab": 1.0, "b": 2.0}, "ab", order=3, size=size)
    texts = ["".join(text) for n in range(6) for text in product("ab", repeat=n)]
    assert 0.75 < np.exp(scores(language, *texts)).sum() < 1.03


def test_fewer_grams_make_a_smaller_language() -> None:
    small, large = (learn_language(TEXTS, LATIN, size=size) for size in (60, 10_000))
    assert len(small.grams) < len(large.grams)
    assert scores(small, "Bonn")[0] > scores(small, "Xqvz")[0]


def test_a_language_is_read_as_it_was_written(tmp_path: Path, language: Ngrams) -> None:
    sha256 = write_language(tmp_path, language)
    found = read_language(tmp_path, LATIN, sha256)
    assert found is not None
    assert scores(found, "Kirchweg", "xyz") == scores(language, "Kirchweg", "xyz")
    assert write_language(tmp_path, language) == sha256, "the same language is the same file"
    assert [file.name for file in tmp_path.iterdir()] == [LANGUAGE]


def test_a_card_without_a_language_needs_no_file(tmp_path: Path) -> None:
    assert read_language(tmp_path, LATIN, "") is None


def test_a_missing_or_damaged_or_foreign_language_is_refused(tmp_path: Path, language: Ngrams) -> None:
    with pytest.raises(BundleError, match="holds no language"):
        read_language(tmp_path, LATIN, "0" * 64)
    sha256 = write_language(tmp_path, language)
    with pytest.raises(BundleError, match="other characters"):
        read_language(tmp_path, "abc", sha256)
    (tmp_path / LANGUAGE).write_bytes(b"PK")
    with pytest.raises(BundleError, match="damaged"):
        read_language(tmp_path, LATIN, sha256)


def test_nothing_is_learned_from_nothing() -> None:
    with pytest.raises(ValueError, match="no text"):
        learn_language({"ЖЖ": 1.0}, LATIN)
