"""Ink is told from paper, whichever of the two is darker, and blank pages are told from written ones."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from longhand.handwriting.errors import NoInk
from longhand.handwriting.images import Picture, decode
from longhand.handwriting.ink.median import find_ink
from longhand.handwriting.preprocessing import VERSIONS
from tests.drawings import Gray, encode, negative, written

WORDS = st.text("abcdefghijklmnopqrstuvwxyzABCD0123", min_size=1, max_size=8)


def page(rows: int = 120, columns: int = 300, paper: int = 230) -> Gray:
    return np.full((rows, columns), paper, np.uint8)


@settings(deadline=None, max_examples=60)
@given(text=WORDS, seed=st.integers(0, 2**20), paper=st.integers(150, 255))
def test_a_picture_and_its_negative_have_the_same_ink(text: str, seed: int, paper: int) -> None:
    """The box to a pixel: at the edge of a stroke, rounding decides, in one picture of some thousands."""
    picture = written(text, seed, paper)
    dark, light = find_ink(picture), find_ink(negative(picture))
    assert np.abs(np.subtract(dark.box, light.box)).max() <= 1
    assert np.abs(dark.strength - light.strength).max() < 1e-3


@settings(deadline=None, max_examples=30)
@given(text=WORDS, seed=st.integers(0, 2**20), version=st.sampled_from(sorted(VERSIONS)))
def test_a_network_sees_the_same_in_a_picture_and_its_negative(text: str, seed: int, version: str) -> None:
    picture = written(text, seed)
    dark, light = VERSIONS[version](picture), VERSIONS[version](negative(picture))
    assume(dark.box == light.box)
    assert np.abs(dark.pixels.astype(int) - light.pixels).max() <= 1


@settings(deadline=None, max_examples=30)
@given(text=WORDS, seed=st.integers(0, 2**20))
def test_strength_is_a_share_and_the_box_lies_in_the_picture(text: str, seed: int) -> None:
    picture = written(text, seed)
    ink = find_ink(picture)
    x0, y0, x1, y1 = ink.box
    assert 0 <= x0 < x1 <= picture.width and 0 <= y0 < y1 <= picture.height
    assert ink.strength.min() == 0 and ink.strength.max() == 1
    assert ink.crop.shape == (y1 - y0, x1 - x0)


@pytest.mark.parametrize("paper", [0, 40, 128, 200, 255])
def test_an_empty_page_has_no_ink(paper: int) -> None:
    with pytest.raises(NoInk, match="looks blank"):
        find_ink(Picture(page(paper=paper)))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_the_grain_of_an_empty_page_is_no_ink(seed: int, kind: str) -> None:
    grain = np.random.default_rng(seed).normal(0, 7, (120, 300))
    with pytest.raises(NoInk):
        find_ink(decode(encode(np.clip(page() + grain, 0, 255).astype(np.uint8), kind)))


def test_single_gray_pixels_on_an_empty_page_are_no_ink() -> None:
    gray = page()
    gray[10:110:20, 50] = 60
    with pytest.raises(NoInk):
        find_ink(Picture(gray))


def test_specks_beside_a_word_are_not_enclosed() -> None:
    gray = page()
    gray[50:70, 100:200:10] = 20
    gray[50:54, 100:200] = 20
    clean = find_ink(Picture(gray)).box
    for y, x in ((5, 5), (110, 280), (8, 290)):
        gray[y : y + 2, x : x + 2] = 0
    assert find_ink(Picture(gray)).box == clean


def test_grain_moves_the_box_of_a_word_by_a_pixel_at_most() -> None:
    picture = written("Grain", seed=4)
    grain = np.random.default_rng(0).normal(0, 6, picture.gray.shape)
    noisy = Picture(np.clip(picture.gray + grain, 0, 255).astype(np.uint8))
    assert np.abs(np.subtract(find_ink(noisy).box, find_ink(picture).box)).max() <= 1


def test_faint_ink_is_as_strong_as_black_ink() -> None:
    """Pencil, 40 levels above the paper."""
    black = written("pencil", seed=2, paper=255).gray.astype(float)
    faint = 255 - (255 - black) / (255 - black.min()) * 40
    strength = find_ink(Picture(faint.astype(np.uint8))).strength
    assert np.abs(strength - find_ink(Picture(black.astype(np.uint8))).strength).mean() < 0.02


@pytest.mark.parametrize("side", [1, 2, 3])
def test_the_smallest_pictures_are_answered(side: int) -> None:
    with pytest.raises(NoInk):
        find_ink(Picture(page(side, side)))


def test_a_picture_without_margins_is_ink_all_over() -> None:
    picture = written("7", seed=1)
    x0, y0, x1, y1 = find_ink(picture).box
    cropped = Picture(picture.gray[y0:y1, x0:x1].copy())
    assert find_ink(cropped).box == (0, 0, cropped.width, cropped.height)
