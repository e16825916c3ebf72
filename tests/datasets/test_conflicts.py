"""A picture that comes with two texts is found, and one whose texts are compared as the same is not."""

import pytest

from longhand.datasets.conflicts import agree, find_conflicts


def test_pictures_with_more_than_one_text_are_found() -> None:
    texts = [("1", "Hof"), ("2", "Garten"), ("1", "Garten"), ("2", "Garten"), ("3", ""), ("3", "x"), ("1", "Hof")]
    assert find_conflicts(texts) == {"1", "3"}


@pytest.mark.parametrize("other", ["l'été", " l’été ", "l'e\u0301te\u0301"])
def test_texts_are_compared_as_everywhere(other: str) -> None:
    assert agree("l’été", other)
    assert find_conflicts([("1", "l’été"), ("1", other)]) == set()
