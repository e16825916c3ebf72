"""Pictures drawn for tests."""

import io

import numpy as np
from PIL import Image

from tests.drawings import encode


def png(gray: np.ndarray) -> bytes:  # type: ignore[type-arg]
    """The bytes of a PNG file."""
    buffer = io.BytesIO()
    Image.fromarray(gray).save(buffer, "PNG")
    return buffer.getvalue()


def word(width: int = 160) -> bytes:
    """Dark strokes on white."""
    gray = np.full((60, width), 250, np.uint8)
    for left in range(10, width - 10, 20):
        gray[15:45, left : left + 4] = 10
    return png(gray)


def blank() -> bytes:
    """A page without ink."""
    return png(np.full((60, 160), 255, np.uint8))


def pages(count: int) -> bytes:
    """A TIFF of several pages."""
    leaf = Image.new("L", (40, 30), 255)
    return encode(leaf, "TIFF", save_all=True, append_images=[leaf] * (count - 1))
