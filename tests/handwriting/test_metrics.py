"""Error rates against examples counted by hand."""

import pytest

from longhand.handwriting.metrics import score_texts


@pytest.mark.parametrize(
    ("truths", "readings", "cer", "wer", "exact", "edits"),
    [
        (["cat"], ["cat"], 0, 0, 1, 0),
        (["cat"], ["cut"], 1 / 3, 1, 0, 1),
        (["kitten"], ["sitting"], 3 / 6, 1, 0, 3),
        (["a b c"], ["a c"], 2 / 5, 1 / 3, 0, 2),
        (["abcd", "ef"], ["abcd", ""], 2 / 6, 1 / 2, 1 / 2, 1),
        (["ab"], ["abcdef"], 4 / 2, 1, 0, 4),
        (["l’été"], ["l'e\u0301te\u0301"], 0, 0, 1, 0),
        (["two  words "], ["two words"], 0, 0, 1, 0),
        (["Größe 12"], ["Grosse 12"], 3 / 8, 1 / 2, 0, 3),
        ([""], [""], 0, 0, 1, 0),
        ([""], ["x"], 1, 1, 0, 1),
    ],
)
def test_error_rates_are_those_counted_by_hand(
    truths: list[str], readings: list[str], cer: float, wer: float, exact: float, edits: float
) -> None:
    score = score_texts(truths, readings)
    assert (score.cer, score.wer, score.exact, score.edits) == pytest.approx((cer, wer, exact, edits))
    assert score.pictures == len(truths)


def test_edits_are_summed_over_all_before_they_are_divided() -> None:
    assert score_texts(["a", "bcdefghij"], ["x", "bcdefghij"]).cer == pytest.approx(1 / 10)


def test_characters_that_no_alphabet_has_count_as_errors() -> None:
    assert score_texts(["a☃"], ["a"]).cer == 1 / 2


@pytest.mark.parametrize(("truths", "readings"), [([], []), (["a"], []), (["a"], ["a", "b"])])
def test_what_cannot_be_compared_is_not_scored(truths: list[str], readings: list[str]) -> None:
    with pytest.raises(ValueError, match="cannot be scored"):
        score_texts(truths, readings)
