"""Bytes that are no picture, or not all of one, or far too much of one."""

import struct
import subprocess
import sys
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from longhand.handwriting.errors import ImageTooLarge, PictureError, UnreadableImage, UnsupportedImage
from longhand.handwriting.images import MAX_BYTES, MAX_PIXELS, MAX_SIDE, Picture, decode
from tests.drawings import encode, written

GRAY = written("word").gray
FILES = {kind: encode(GRAY, kind) for kind in ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP")}
PACKED = {"CMYK": {"compression": "tiff_lzw"}}
CUTS = (0.05, 0.3, 0.6, 0.95)


def empty_png(width: int, height: int) -> bytes:
    """A black picture of one bit per pixel: many pixels from few bytes."""
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + (width + 7) // 8)) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


@pytest.mark.parametrize("data", [b"hello", b"<svg></svg>", b"%PDF-1.7\n", b"\0" * 1000, b"P5 2 2 255 abcd", b"II*\0"])
def test_what_is_not_a_picture_is_refused(data: bytes) -> None:
    with pytest.raises((UnsupportedImage, UnreadableImage), match=r"\. S"):
        decode(data)


def test_an_empty_file_says_so() -> None:
    with pytest.raises(UnreadableImage, match="empty"):
        decode(b"")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
@pytest.mark.parametrize("share", CUTS)
def test_a_file_that_is_cut_off_is_refused(kind: str, share: float) -> None:
    with pytest.raises((UnsupportedImage, UnreadableImage)):
        decode(FILES[kind][: int(share * len(FILES[kind]))])


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_the_last_bytes_matter(kind: str) -> None:
    with pytest.raises(UnreadableImage, match="cut off"):
        decode(FILES[kind][: len(FILES[kind]) * 9 // 10])


def test_more_than_ten_megabytes_are_refused_unseen() -> None:
    with pytest.raises(ImageTooLarge, match="10 MB"):
        decode(FILES["PNG"] + bytes(MAX_BYTES))


def test_ten_megabytes_exactly_are_read() -> None:
    assert decode(FILES["PNG"].ljust(MAX_BYTES, b"\0")).width == GRAY.shape[1]


@pytest.mark.parametrize("size", [(8_000, 8_000), (20_000, 20_000), (MAX_SIDE + 1, 1)])
def test_many_pixels_from_few_bytes_are_refused(size: tuple[int, int]) -> None:
    data = empty_png(*size)
    assert len(data) < 100_000
    with pytest.raises(ImageTooLarge, match="Scale it down"):
        decode(data)


PROGRAM = """
import resource, sys
from longhand.handwriting.errors import ImageTooLarge
from longhand.handwriting.images import decode
data = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    decode(data)
except ImageTooLarge:
    pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def megabytes(data: bytes) -> float:
    """How much memory it takes to decode a picture, or to refuse it."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], input=data, capture_output=True, check=True)
    return int(done.stdout) / 1024


def test_refusing_many_pixels_takes_no_memory() -> None:
    assert megabytes(empty_png(20_000, 20_000)) < 20


@pytest.mark.prove
@pytest.mark.parametrize("mode", ["L", "RGBA", "I;16", "CMYK"])
def test_the_largest_picture_takes_less_than_a_gigabyte(mode: str) -> None:
    side = int(MAX_PIXELS**0.5)
    data = encode(Image.new(mode, (side, side), 0), "TIFF" if mode == "CMYK" else "PNG", **PACKED.get(mode, {}))
    assert len(data) < MAX_BYTES
    assert megabytes(data) < 1000


def test_a_tag_of_the_wrong_type_is_a_damaged_picture() -> None:
    data = bytearray(FILES["TIFF"])
    (directory,) = struct.unpack_from("<I", data, 4)
    for entry in range(struct.unpack_from("<H", data, directory)[0]):
        place = directory + 2 + 12 * entry
        if struct.unpack_from("<H", data, place)[0] == 273:  # StripOffsets
            struct.pack_into("<H", data, place + 2, 2)  # as text
    with pytest.raises(UnreadableImage):
        decode(bytes(data))


@settings(deadline=None, max_examples=150)
@given(
    kind=st.sampled_from(sorted(FILES)),
    end=st.one_of(st.none(), st.integers(0, 3000)),
    changes=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=6),
)
def test_whatever_is_damaged_the_answer_is_a_picture_or_a_reason(
    kind: str, end: int | None, changes: list[tuple[int, int]]
) -> None:
    data = bytearray(FILES[kind][:end])
    for place, value in changes:
        if place < len(data):
            data[place] = value
    try:
        assert isinstance(decode(bytes(data)), Picture)
    except PictureError as error:
        assert error.sentence.endswith(".")
