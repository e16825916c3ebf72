"""Pictures come in as bytes of many kinds, and leave as one gray array."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from longhand.handwriting.images import decode
from longhand.handwriting.ink.median import find_ink
from longhand.handwriting.preprocessing import prepare_line
from tests.drawings import encode, written

UPRIGHT = written("Fj", seed=3).gray
STORED: dict[int, Callable[[Image.Image], Image.Image]] = {
    1: lambda image: image,
    2: lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    3: lambda image: image.transpose(Image.Transpose.ROTATE_180),
    4: lambda image: image.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    5: lambda image: image.transpose(Image.Transpose.TRANSPOSE),
    6: lambda image: image.transpose(Image.Transpose.ROTATE_90),
    7: lambda image: image.transpose(Image.Transpose.TRANSVERSE),
    8: lambda image: image.transpose(Image.Transpose.ROTATE_270),
}
"""How a camera that notes an orientation has stored a picture that is upright in truth."""


def transparent(ink: int) -> Image.Image:
    """Ink of one gray level on nothing."""
    page = Image.new("LA", UPRIGHT.shape[::-1], (128, 0))
    page.paste((ink, 255), mask=Image.fromarray(UPRIGHT < 128))
    return page


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_turned_upright_by_its_exif_orientation(orientation: int, kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encode(STORED[orientation](Image.fromarray(UPRIGHT)), kind, exif=exif)
    found = decode(data).gray
    assert found.shape == UPRIGHT.shape
    assert np.abs(found.astype(int) - UPRIGHT).mean() < (0.1 if kind == "PNG" else 4)


def card(margin: tuple[int, int], paper: int = 255, ink: int = 0) -> bytes:
    """A piece of paper with a word on it, and nothing (black, transparent) around it."""
    gray = np.where(UPRIGHT < 128, ink, paper).astype(np.uint8)
    page = Image.new("LA", (gray.shape[1] + 2 * margin[0], gray.shape[0] + 2 * margin[1]), (0, 0))
    page.paste(Image.merge("LA", (Image.fromarray(gray), Image.new("L", gray.shape[::-1], 255))), margin)
    return encode(page)


@pytest.mark.parametrize("margin", [(3, 3), (45, 20), (135, 60), (0, 120), (400, 100)])
@pytest.mark.parametrize(("paper", "ink"), [(255, 0), (215, 60), (30, 240)], ids=["white", "cream", "blackboard"])
def test_paper_reads_alike_whatever_the_transparent_margin(margin: tuple[int, int], paper: int, ink: int) -> None:
    tight, wide = (prepare_line(decode(card(around, paper, ink))) for around in ((0, 0), margin))
    assert np.array_equal(tight.pixels, wide.pixels)


def test_paper_that_lies_askew_on_nothing_goes_on() -> None:
    gray = np.where(UPRIGHT < 128, 40, 230).astype(np.uint8)
    paper = Image.merge("LA", (Image.fromarray(gray), Image.new("L", gray.shape[::-1], 255)))
    found = decode(encode(paper.rotate(30, expand=True, fillcolor=(0, 0)))).gray
    assert found[0, 0] == found[-1, -1] == 230


def test_dark_ink_on_nothing_is_laid_on_white() -> None:
    gray = decode(encode(transparent(ink=0))).gray
    assert (np.median(gray), gray.min()) == (255, 0)


def test_light_ink_on_nothing_is_laid_on_black() -> None:
    gray = decode(encode(transparent(ink=255))).gray
    assert (np.median(gray), gray.max()) == (0, 255)


def test_the_ink_on_nothing_is_the_same_whatever_its_colour() -> None:
    dark, light = (find_ink(decode(encode(transparent(ink)))) for ink in (0, 255))
    assert dark.box == light.box
    assert np.abs(dark.strength - light.strength).max() < 0.01


def test_a_picture_that_is_transparent_throughout_is_white() -> None:
    assert (decode(encode(Image.new("RGBA", (50, 50), (9, 9, 9, 0)))).gray == 255).all()


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_become_eight(kind: str) -> None:
    assert (
        np.abs(decode(encode(Image.fromarray(UPRIGHT.astype(np.uint16) * 257), kind)).gray - UPRIGHT.astype(int)).max()
        <= 1
    )


def test_twelve_bits_in_sixteen_are_stretched_to_the_whole_range() -> None:
    gray = decode(encode(Image.fromarray(UPRIGHT.astype(np.uint16) * 16), "TIFF")).gray
    assert gray.max() == 255
    assert find_ink(decode(encode(UPRIGHT))).box == find_ink(decode(encode(gray))).box


@pytest.mark.parametrize("scale", [1 / 255, 1.0, 257.0], ids=["0 to 1", "0 to 255", "0 to 65535"])
def test_floats_are_read_whatever_they_call_white(scale: float) -> None:
    found = decode(encode(Image.fromarray((UPRIGHT * scale).astype(np.float32)), "TIFF")).gray
    assert np.abs(found - UPRIGHT.astype(int)).max() <= 1


def test_what_is_no_number_is_as_bright_as_paper_and_less_than_nothing_is_black() -> None:
    values = (UPRIGHT / 255).astype(np.float32)
    values[0, :4] = np.nan, np.inf, -np.inf, -3
    assert decode(encode(Image.fromarray(values), "TIFF")).gray[0, :4].tolist() == [255, 255, 0, 0]


def test_integers_of_thirty_two_bits_are_stretched_by_the_highest() -> None:
    found = decode(encode(Image.fromarray(UPRIGHT.astype(np.int32) * 2**20), "TIFF")).gray
    assert np.abs(found - UPRIGHT * (255 / UPRIGHT.max())).max() <= 1


@pytest.mark.parametrize(
    ("mode", "kind", "tolerance"),
    [
        ("CMYK", "JPEG", 3),
        ("CMYK", "TIFF", 1),
        ("RGB", "BMP", 1),
        ("RGB", "WEBP", 4),
        ("P", "PNG", 4),
        ("P", "GIF", 4),
        ("LA", "PNG", 1),
        ("RGBA", "TIFF", 1),
        ("F", "TIFF", 1),
    ],
)
def test_every_common_mode_is_the_same_picture(mode: str, kind: str, tolerance: float) -> None:
    gray = decode(encode(Image.fromarray(UPRIGHT).convert(mode), kind)).gray
    assert gray.dtype == np.uint8
    assert np.abs(gray.astype(int) - UPRIGHT).mean() < tolerance


@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("TIFF", {"compression": "group4"}), ("BMP", {})])
def test_one_bit_is_black_and_white(kind: str, options: dict[str, str]) -> None:
    bits = UPRIGHT > 128
    gray = decode(encode(Image.fromarray(bits), kind, **options)).gray
    assert (gray == np.where(bits, 255, 0)).all()
