"""Pictures come in as bytes of many kinds, and leave as one gray array."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from longhand.handwriting.images import decode
from longhand.handwriting.ink import find_ink
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


def test_of_a_moving_picture_the_first_frame_is_read() -> None:
    still = Image.fromarray(UPRIGHT)
    moving = encode(still, "GIF", save_all=True, append_images=[Image.new("L", still.size, 0)])
    assert np.abs(decode(moving).gray.astype(int) - UPRIGHT).mean() < 4
