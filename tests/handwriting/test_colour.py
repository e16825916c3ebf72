"""Colour is there for who asks, of the same picture as the gray."""

import numpy as np
import pytest
from PIL import Image

from longhand.handwriting.errors import NoInk
from longhand.handwriting.images import Picture, decode
from longhand.handwriting.ink.median import find_ink
from tests.drawings import encode, written

UPRIGHT = written("Fj", seed=3).gray
INK = UPRIGHT < 128
RED, GREEN = (200, 30, 60), (0, 121, 64)
"""Of the same luma."""


def painted(ink: tuple[int, ...] = RED, paper: tuple[int, ...] = GREEN) -> Image.Image:
    return Image.fromarray(np.where(INK[..., None], ink, paper).astype(np.uint8))


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP"])
def test_ink_and_paper_of_the_same_luma_differ_in_colour(kind: str) -> None:
    picture = decode(encode(painted(), kind))
    with pytest.raises(NoInk):
        find_ink(picture)
    assert np.array_equal(picture.colour, np.asarray(painted()))


def test_colour_is_turned_upright_as_the_gray() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = decode(encode(painted().transpose(Image.Transpose.ROTATE_90), "PNG", exif=exif))
    assert np.array_equal(picture.colour, np.asarray(painted()))
    assert picture.gray.shape == picture.colour.shape[:2]


def test_colour_on_nothing_lies_on_the_ground_of_the_gray() -> None:
    picture = decode(encode(painted(ink=(*RED, 255), paper=(0, 0, 0, 0))))
    assert picture.colour[INK].tolist() == [list(RED)] * int(INK.sum())
    assert (picture.colour[~INK] == 255).all() and (picture.gray[~INK] == 255).all()


def test_coloured_paper_goes_on_where_nothing_is() -> None:
    page = Image.new("RGBA", (painted().width + 200, painted().height + 80))
    page.paste(painted(ink=(0, 0, 0), paper=(250, 200, 90)).convert("RGBA"), (100, 40))
    assert decode(encode(page)).colour[0, 0].tolist() == [250, 200, 90]


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "I;16", "F", "LA"])
def test_every_mode_has_three_colours(mode: str) -> None:
    data = encode(Image.fromarray(UPRIGHT).convert(mode), "TIFF" if mode in ("CMYK", "F") else "PNG")
    picture = decode(data)
    assert picture.colour.shape == (*UPRIGHT.shape, 3) and picture.colour.dtype == np.uint8
    assert np.abs(picture.colour.astype(int) - picture.gray[..., None]).max() <= 2


def test_colour_is_decoded_only_when_it_is_asked_for() -> None:
    picture = decode(encode(painted()))
    assert vars(picture).keys() == {"gray", "file", "orientation"}
    assert picture.colour is picture.colour


def test_a_picture_that_was_made_as_gray_has_its_gray_in_three_colours() -> None:
    colour = Picture(UPRIGHT).colour
    assert all(np.array_equal(colour[..., band], UPRIGHT) for band in range(3))
