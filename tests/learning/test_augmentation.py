"""Distortions leave a text what it is."""

from itertools import product

import numpy as np
import pytest

from longhand.handwriting.preprocessing import prepare_glyph, prepare_text
from longhand.learning.augmentation import distort_glyph, distort_text
from longhand.tasks import GLYPHS
from tests.drawings import written

TEXTS = ("i", "Word", "a longer line of words", ".")


@pytest.mark.parametrize("text", TEXTS)
def test_a_distorted_line_keeps_its_height_and_its_ink(text: str) -> None:
    pixels = prepare_text(written(text, seed=1)).pixels
    for seed in range(60):
        bent = distort_text(pixels, np.random.default_rng(seed))
        assert bent.dtype == np.uint8 and bent.shape[0] == pixels.shape[0]
        assert bent.max() > 80
        assert 0.3 < (bent > 60).sum() / (pixels > 60).sum() < 3


def test_a_distorted_glyph_keeps_its_shape_and_its_ink() -> None:
    for glyph, seed in product(GLYPHS, range(6)):
        pixels = prepare_glyph(written(glyph, seed=2)).pixels
        bent = distort_glyph(pixels, np.random.default_rng(seed))
        assert bent.dtype == np.uint8 and bent.shape == pixels.shape
        assert 0.4 < bent.sum(dtype=float) / pixels.sum(dtype=float) < 2.5


def test_a_line_becomes_neither_much_wider_nor_much_narrower() -> None:
    pixels = prepare_text(written("moderate", seed=1)).pixels
    widths = [distort_text(pixels, np.random.default_rng(seed)).shape[1] for seed in range(200)]
    assert 0.55 * pixels.shape[1] < min(widths) and max(widths) < 1.8 * pixels.shape[1]


@pytest.mark.parametrize("distort", [distort_text, distort_glyph])
def test_the_same_seed_distorts_alike_and_another_otherwise(distort) -> None:  # type: ignore[no-untyped-def]
    pixels = prepare_glyph(written("g", seed=1)).pixels
    one, same, other = (distort(pixels, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_the_picture_that_is_distorted_stays_as_it_is() -> None:
    pixels = prepare_text(written("stay", seed=1)).pixels
    before = pixels.copy()
    pixels.setflags(write=False)
    for seed in range(20):
        distort_text(pixels, np.random.default_rng(seed))
    assert np.array_equal(pixels, before)


def test_without_strength_a_line_stays_as_it_is() -> None:
    pixels = prepare_text(written("same", seed=1)).pixels
    assert np.abs(distort_text(pixels, np.random.default_rng(0), strength=0).astype(int) - pixels).mean() < 1
