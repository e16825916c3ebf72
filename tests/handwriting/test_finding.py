"""Writing is found by the paper around it: what people's pictures show beside it is left out."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from longhand.handwriting.errors import NoInk
from longhand.handwriting.images import Picture, decode
from longhand.handwriting.ink.colour import choose_gray
from longhand.handwriting.ink.finding import find_writing
from longhand.handwriting.ink.paper import find_page
from longhand.handwriting.preprocessing import prepare_single, prepare_written
from tests.drawings import Gray, encode, written

WORDS = ("Garden", "minimum", "Lüge", "height")
MARGIN = 24


def page(text: str, seed: int = 3, margin: int = MARGIN) -> Gray:
    """A text with paper on all sides."""
    return np.pad(written(text, seed, paper=240).gray, margin, constant_values=240)


def overlap(one: Gray, other: Gray) -> float:
    """How much of the ink of two prepared pictures lies in the same place, to a pixel; 1 is all of it."""
    size = one.shape[1], one.shape[0]
    first, second = one > 100, cv2.resize(other, size, interpolation=cv2.INTER_AREA) > 100
    near = [cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0 for mask in (first, second)]
    return float((first & near[1]).sum() + (second & near[0]).sum()) / float(first.sum() + second.sum())


def framed(gray: Gray) -> Gray:
    gray = gray.copy()
    cv2.rectangle(gray, (5, 5), (gray.shape[1] - 6, gray.shape[0] - 6), 60, 3)
    return gray


def underlined(gray: Gray) -> Gray:
    gray = gray.copy()
    gray[-12:-9, 8:-8] = 80
    return gray


def dotted(gray: Gray) -> Gray:
    gray = gray.copy()
    row = gray[-12:-9, 8:-8]
    row[:, np.arange(row.shape[1]) // 4 % 2 == 0] = 60
    return gray


def cornered(gray: Gray) -> Gray:
    gray = gray.copy()
    gray[:4], gray[:, :4] = 30, 30
    return gray


def squared(gray: Gray) -> Gray:
    gray = gray.copy()
    for at in range(11, max(gray.shape), 31):
        gray[at : at + 2], gray[:, at : at + 2] = (
            np.minimum(gray[at : at + 2], 180),
            np.minimum(gray[:, at : at + 2], 180),
        )
    return gray


def shadowed(gray: Gray) -> Gray:
    columns = np.arange(gray.shape[1]) / gray.shape[1]
    return (gray * (1 - 0.5 / (1 + np.exp((0.5 - columns) / 0.02)))).astype(np.uint8)


def on_desk(gray: Gray) -> Gray:
    grain = np.random.default_rng(1).normal(90, 5, (gray.shape[0] + 120, gray.shape[1] + 120))
    grain[60:-60, 60:-60] = gray
    return np.clip(grain, 0, 255).astype(np.uint8)


def stained(gray: Gray) -> Gray:
    stain: Gray = np.zeros_like(gray)
    cv2.circle(stain, (gray.shape[1] // 3, gray.shape[0] // 2), gray.shape[0] // 2, 40, -1)
    return np.asarray(cv2.subtract(gray, stain), np.uint8)


def between_neighbours(gray: Gray) -> Gray:
    """Feet of the line above and tops of the line below."""
    gray = gray.copy()
    gray[:9, 20:-20:14], gray[:9, 21:-20:14] = 60, 60
    gray[-9:, 25:-20:17], gray[-9:, 26:-20:17] = 60, 60
    return gray


SPOILT = (framed, underlined, dotted, cornered, squared, shadowed, on_desk, stained, between_neighbours)


@pytest.mark.parametrize("spoil", SPOILT)
@pytest.mark.parametrize("text", WORDS)
def test_a_word_is_prepared_as_if_nothing_were_beside_it(text: str, spoil: object) -> None:
    assert callable(spoil)
    plain = prepare_written(Picture(page(text))).pixels
    assert overlap(plain, prepare_written(Picture(spoil(page(text)))).pixels) > 0.9


@pytest.mark.parametrize("spoil", [one for one in SPOILT if one is not squared])
@pytest.mark.parametrize("glyph", "4g8A")
def test_a_glyph_is_prepared_as_if_nothing_were_beside_it(glyph: str, spoil: object) -> None:
    assert callable(spoil)
    plain = prepare_single(Picture(page(glyph))).pixels
    assert overlap(plain, prepare_single(Picture(spoil(page(glyph)))).pixels) > 0.9


@pytest.mark.parametrize("shade", [40, 120, 200])
def test_a_rule_over_a_word_comes_out_and_strokes_that_cross_it_stay_whole(shade: int) -> None:
    """As many marks as before: a cut stroke would be two."""
    gray: Gray = np.full((90, 300), 240, np.uint8)
    for x in range(40, 260, 30):
        cv2.line(gray, (x, 25), (x + 6, 65), 50, 4)
    ruled = gray.copy()
    ruled[44:46] = np.minimum(ruled[44:46], shade)
    found = find_writing(Picture(ruled))
    assert found.rules == 1
    assert cv2.connectedComponents(found.mask)[0] == cv2.connectedComponents(find_writing(Picture(gray)).mask)[0]
    assert np.abs(np.subtract(found.box, find_writing(Picture(gray)).box)).max() <= 1


def test_of_two_rows_the_fuller_one_is_kept() -> None:
    long, short = page("a longer line", margin=12), page("short", margin=12)
    width = long.shape[1]
    short = np.pad(short, ((0, 0), (0, width - short.shape[1])), constant_values=240)
    alone = prepare_written(Picture(long)).pixels
    for rows in ((long, short), (short, long)):
        found = find_writing(Picture(np.vstack(rows)))
        assert found.writing.others.any()
        assert overlap(alone, prepare_written(Picture(np.vstack(rows))).pixels) > 0.9


@pytest.mark.parametrize("text", ["-", "=", "|", "1", "l", "i", "E", "T", "H", "t", "4", "b", "L", "ill", "HALL", "1a"])
@pytest.mark.parametrize("margin", [0, MARGIN])
def test_strokes_that_could_be_rules_dots_or_frames_are_kept(text: str, margin: int) -> None:
    """Of a tight crop and of a picture with paper around."""
    x0, y0, x1, y1 = find_writing(Picture(page(text))).box
    gray = page(text)[y0 - margin : y1 + margin, x0 - margin : x1 + margin]
    for prepare in (prepare_written, prepare_single) if len(text) == 1 else (prepare_written,):
        box = prepare(Picture(gray.copy())).box
        assert np.abs(np.subtract(box, (margin, margin, margin + x1 - x0, margin + y1 - y0))).max() <= 2


def test_faint_pencil_is_ink_and_grain_is_none() -> None:
    grain = np.random.default_rng(2).normal(0, 3, page("pencil").shape)
    faint = 240 - (240 - page("pencil").astype(float)) * 0.15 + grain
    assert overlap(prepare_written(Picture(page("pencil"))).pixels, prepare_written(Picture(_gray(faint))).pixels) > 0.8
    with pytest.raises(NoInk):
        find_writing(Picture(_gray(240 + grain)))


@pytest.mark.parametrize("paper", [0, 60, 128, 255])
def test_an_empty_page_has_no_ink(paper: int) -> None:
    for single in (False, True):
        with pytest.raises(NoInk, match="looks blank"):
            find_writing(Picture(np.full((90, 200), paper, np.uint8)), single)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 70), st.integers(1, 160), st.integers(0, 2**20), st.booleans())
def test_pictures_of_any_size_are_answered(rows: int, columns: int, seed: int, single: bool) -> None:
    gray = np.random.default_rng(seed).integers(0, 256, (rows, columns)).astype(np.uint8)
    for prepare in (prepare_single,) if single else (prepare_written,):
        try:
            x0, y0, x1, y1 = prepare(Picture(gray)).box
        except NoInk:
            continue
        assert 0 <= x0 < x1 <= columns and 0 <= y0 < y1 <= rows


@pytest.mark.parametrize("size", [(30, 20_000), (2_000, 5_000)])
def test_the_largest_pictures_are_answered(size: tuple[int, int]) -> None:
    gray: Gray = np.full(size, 250, np.uint8)
    cv2.line(gray, (size[1] // 3, size[0] // 3), (size[1] // 2, size[0] // 2), 20, max(2, min(size) // 100))
    assert prepare_written(Picture(gray)).pixels.shape[0] == 48


def test_ink_that_only_differs_in_colour_is_found() -> None:
    """Red on green of the same brightness: the gray is blank."""
    shape = 240 - page("colour").astype(int)
    ink = (shape > 100)[:, :, None]
    colour = np.where(ink, (200, 27, 0), (0, 130, 0)).astype(np.uint8)
    picture = decode(encode(Image.fromarray(colour)))
    assert np.ptp(picture.gray) < 8
    assert overlap(prepare_written(Picture(page("colour"))).pixels, prepare_written(picture).pixels) > 0.9


def test_gray_and_equal_channels_give_the_same() -> None:
    faint = _gray(240 - (240 - page("same").astype(float)) * 0.15)
    equal = decode(encode(Image.fromarray(np.repeat(faint[:, :, None], 3, axis=2))))
    assert np.array_equal(choose_gray(equal), faint)
    assert np.array_equal(prepare_written(equal).pixels, prepare_written(Picture(faint)).pixels)


def test_a_page_is_found_on_a_desk_only() -> None:
    x0, y0, x1, y1 = find_page(on_desk(page("desk"))) or (0, 0, 0, 0)
    rows, columns = page("desk").shape
    assert 60 <= x0 < 72 and 60 <= y0 < 72
    assert 60 + columns - 12 < x1 <= 60 + columns and 60 + rows - 12 < y1 <= 60 + rows
    assert find_page(page("desk")) is None and find_page(np.asarray(255 - page("B"), np.uint8)) is None


@pytest.mark.parametrize("height", [32, 40, 48])
def test_a_text_is_as_high_as_the_network_wants_it(height: int) -> None:
    assert prepare_written(Picture(page("Height")), height).pixels.shape[0] == height


def _gray(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Gray:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
