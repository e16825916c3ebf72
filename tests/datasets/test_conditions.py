"""Everyday conditions: what is added and taken away, and that the writing stays."""

import cv2
import numpy as np
import pytest

from longhand.datasets.synthetic.conditions import CONDITIONS, enlarge_glyph, lay, seed, spoil
from tests.drawings import Gray, written

PLACES = range(20)
SAME_SIZE = sorted(set(CONDITIONS) - {"dark-desk", "small"})


@pytest.fixture(scope="module")
def word() -> Gray:
    return written("minimum").gray


def make(gray: Gray, name: str, place: int = 0) -> Gray:
    return spoil(gray, name, seed(name, place))


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_place_in_the_sample_decides_what_happens(word: Gray, name: str) -> None:
    before = word.copy()
    assert np.array_equal(make(word, name), make(word, name))
    assert name == "plain" or any(
        not np.array_equal(make(word, name, 0), make(word, name, place)) for place in PLACES[1:]
    )
    assert np.array_equal(word, before)


@pytest.mark.parametrize("name", CONDITIONS)
@pytest.mark.parametrize("shape", [(8, 8), (112, 112), (40, 1500)])
def test_a_picture_of_any_size_can_be_spoilt(name: str, shape: tuple[int, int]) -> None:
    for place in PLACES:
        spoilt = make(np.full(shape, 230, np.uint8), name, place)
        assert spoilt.dtype == np.uint8 and min(spoilt.shape) > 4


@pytest.mark.parametrize("name", sorted(set(SAME_SIZE) - {"photo"}))
def test_strokes_stay_darker_than_what_is_around_them(word: Gray, name: str) -> None:
    plain = make(word, "plain").astype(float)
    strokes = plain < plain.min() + 30
    beside = cv2.dilate(strokes.astype(np.uint8), np.ones((9, 9))) - cv2.dilate(
        strokes.astype(np.uint8), np.ones((5, 5))
    )
    for place in PLACES:
        spoilt = make(word, name, place)
        assert spoilt[strokes].mean() < np.median(spoilt[beside > 0]) - 15


def test_plain_adds_a_margin_of_paper_and_nothing_else(word: Gray) -> None:
    plain, margin = make(word, "plain"), lay(word).margin
    assert np.array_equal(plain[margin:-margin, margin:-margin], word)
    assert set(np.unique(plain[:margin])) == {240}


def test_a_form_cell_is_closed_and_does_not_touch_the_pictures_edge(word: Gray) -> None:
    for place in PLACES:
        cell = make(word, "form-cell", place)
        _, flooded, _, _ = cv2.floodFill(cell.copy(), None, (0, 0), 0, 40, 40)
        assert cell[0, 0] == 240 and flooded[0, 0] == 0
        assert flooded[len(cell) // 2, lay(word).margin - 1] == 240


def dark_sides(spoilt: Gray) -> int:
    """How many sides of a picture are one dark line."""
    return sum(bool((np.rot90(spoilt, side)[0] < 115).all()) for side in range(4))


def test_a_line_runs_along_one_side_or_around_a_corner(word: Gray) -> None:
    assert {dark_sides(make(word, "edge-line", place)) for place in PLACES} == {1}
    corners = [make(word, "corner", place) for place in PLACES]
    assert {dark_sides(corner) for corner in corners} == {2}
    assert all((corner[0] < 115).all() != (corner[-1] < 115).all() for corner in corners)


def test_a_shadow_darkens_one_half(word: Gray) -> None:
    for place in PLACES:
        left, *_, right = np.percentile(make(word, "half-shadow", place), 90, axis=0)
        assert abs(left - right) > 15


def test_what_is_small_is_barely_twenty_rows_high(word: Gray) -> None:
    assert all(14 <= len(make(word, "small", place)) <= 22 for place in PLACES)


def test_a_desk_lies_around_the_page_on_all_sides(word: Gray) -> None:
    for place in PLACES:
        desk = make(word, "dark-desk", place)
        assert len(desk) > 1.3 * len(lay(word).levels)
        assert max(np.rot90(desk, side)[0].mean() for side in range(4)) < 0.65 * 240


def test_a_glyph_is_enlarged_and_dark_on_light_whichever_way_it_lies() -> None:
    glyph = np.zeros((28, 20), np.uint8)
    glyph[8:20, 8:11] = 255
    enlarged = enlarge_glyph(glyph)
    assert enlarged.shape == (112, 80) and enlarged[0, 0] == 255 and enlarged[56, 38] == 0
    assert np.array_equal(enlarge_glyph(255 - glyph), enlarged)
