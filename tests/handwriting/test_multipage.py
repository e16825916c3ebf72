"""A file of several pages or frames is refused with their number, and never read in part."""

import io

import numpy as np
import pytest
from PIL import Image
from PIL.TiffImagePlugin import AppendingTiffWriter as TiffWriter

from longhand.handwriting.errors import SeveralPictures, UnreadableImage
from longhand.handwriting.images import decode
from longhand.handwriting.multipage import MOST
from tests.drawings import encode, written

UPRIGHT = written("Fj", seed=3).gray
STILL = Image.fromarray(UPRIGHT)
KINDS = ("TIFF", "GIF", "WEBP", "PNG")


def pages(kind: str, count: int) -> bytes:
    others = [Image.new("L", STILL.size, 20 * n) for n in range(1, count)]
    return encode(STILL, kind, save_all=True, append_images=others)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [2, 3, 7])
def test_several_frames_are_refused_with_their_number(kind: str, count: int) -> None:
    with pytest.raises(SeveralPictures, match=f"holds {count} pictures, and one is read at a time"):
        decode(pages(kind, count))


@pytest.mark.parametrize("kind", KINDS)
def test_one_frame_is_a_picture(kind: str) -> None:
    found = decode(pages(kind, 1)).gray
    assert np.abs(found.astype(int) - UPRIGHT).mean() < 4


def test_colour_tables_of_frames_are_not_taken_for_frames() -> None:
    frames = [Image.radial_gradient("L").rotate(n).convert("RGB").quantize(2 ** (n + 1)) for n in range(1, 6)]
    with pytest.raises(SeveralPictures, match="holds 5 pictures"):
        decode(encode(frames[0], "GIF", save_all=True, append_images=frames[1:], comment=b"," * 600))


def test_frames_without_end_are_not_all_counted() -> None:
    frame = b"," + bytes(4) + b"\1\0\1\0\0" + b"\2\2D\1\0"
    with pytest.raises(SeveralPictures, match=f"more than {MOST:,}"):
        decode(b"GIF89a\1\0\1\0\x80\0\0" + bytes(3) + b"\xff" * 3 + frame * 100_000 + b";")


@pytest.mark.parametrize("kind", ["TIFF", "WEBP"])
def test_pages_that_are_cut_off_are_damage_and_not_a_single_page(kind: str) -> None:
    data = pages(kind, 3)
    with pytest.raises((UnreadableImage, SeveralPictures)):
        decode(data[: len(data) * 2 // 3])


@pytest.mark.parametrize("first", [True, False], ids=["preview first", "preview last"])
def test_a_preview_beside_the_page_is_passed_over(first: bool) -> None:
    preview, buffer = Image.new("L", (20, 10), 255), io.BytesIO()
    order = [(preview, {254: 1}), (STILL, {254: 0})] if first else [(STILL, {254: 0}), (preview, {254: 1})]
    with TiffWriter(buffer) as writer:
        for picture, tags in order:
            picture.save(writer, "TIFF", tiffinfo=tags)
            writer.newFrame()
    assert np.array_equal(decode(buffer.getvalue()).gray, UPRIGHT)


def test_what_a_phone_adds_behind_a_photo_is_no_page() -> None:
    photo = encode(STILL, "MPO", save_all=True, append_images=[Image.new("L", (8, 8))], quality=95)
    assert np.abs(decode(photo).gray.astype(int) - UPRIGHT).mean() < 4
