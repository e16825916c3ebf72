"""From a picture to what a network sees: one function for training and for serving.

A released version stays in `VERSIONS` for good, and its output does not change: a served model names
the version that it was trained with.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.errors import BundleError
from longhand.handwriting.images import Picture
from longhand.handwriting.ink import find_ink

TEXT_HEIGHT = 32
GLYPH_SIZE = 28
_TEXT_MARGIN = 1
_TEXT_MAX_WIDTH = 2000
_GLYPH_BOX = 20


@dataclass(frozen=True)
class Prepared:
    """What a network sees: `pixels` is uint8, height × width, ink bright on 0.

    `box` is where the ink was, x0, y0, x1, y1 in pixels of the picture; `extent` is the height and width
    of the ink as a share of the picture's, each in 0..1: what is left of a glyph's original size.
    """

    pixels: NDArray[np.uint8]
    box: tuple[int, int, int, int]
    extent: tuple[float, float]

    @property
    def width(self) -> int:
        """Columns of pixels."""
        return int(self.pixels.shape[1])


Preprocess = Callable[[Picture], Prepared]


def prepare_text(picture: Picture) -> Prepared:
    """A word or line: cropped to its ink, 32 rows high, its aspect ratio kept up to a width of 2,000.

    Raises NoInk for a blank page.
    """
    ink = find_ink(picture)
    rows, columns = ink.crop.shape
    height = TEXT_HEIGHT - 2 * _TEXT_MARGIN
    width = int(np.clip(round(columns * height / rows), 4, _TEXT_MAX_WIDTH))
    pixels = _quantise(_resize(ink.crop, width, height))
    margin = ((_TEXT_MARGIN, _TEXT_MARGIN), (4 * _TEXT_MARGIN, 4 * _TEXT_MARGIN))
    return Prepared(np.pad(pixels, margin), ink.box, _extent(picture, rows, columns))


def prepare_glyph(picture: Picture) -> Prepared:
    """A single character, placed the way MNIST was made: its longer side brought to 20 pixels, its centre
    of mass in the middle of 28 × 28 (LeCun et al., Gradient-Based Learning Applied to Document Recognition, 1998).

    Raises NoInk for a blank page.
    """
    ink = find_ink(picture)
    rows, columns = ink.crop.shape
    scale = _GLYPH_BOX / max(rows, columns)
    small = _resize(ink.crop, max(1, round(columns * scale)), max(1, round(rows * scale)))
    return Prepared(_quantise(_centre(small)), ink.box, _extent(picture, rows, columns))


VERSIONS: Mapping[str, Preprocess] = {"text-1": prepare_text, "glyph-1": prepare_glyph}


def preprocessing(version: str) -> Preprocess:
    """The function of a released version; raises BundleError for one that this release does not know."""
    if version not in VERSIONS:
        raise BundleError(
            f"The model wants preprocessing {version!r}, which this release does not know. Update Longhand."
        )
    return VERSIONS[version]


def _resize(strength: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    shrinks = height * width < strength.size
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(strength, (width, height), interpolation=interpolation), np.float32)


def _centre(small: NDArray[np.float32]) -> NDArray[np.float32]:
    """Lay a glyph so that its centre of mass falls on the middle of the canvas, as far as it stays inside."""
    rows, columns = small.shape
    mass = float(small.sum()) or 1.0
    y = float((small.sum(axis=1) * np.arange(rows)).sum()) / mass
    x = float((small.sum(axis=0) * np.arange(columns)).sum()) / mass
    top = int(np.clip(round(GLYPH_SIZE / 2 - y), 0, GLYPH_SIZE - rows))
    left = int(np.clip(round(GLYPH_SIZE / 2 - x), 0, GLYPH_SIZE - columns))
    canvas = np.zeros((GLYPH_SIZE, GLYPH_SIZE), np.float32)
    canvas[top : top + rows, left : left + columns] = small
    return canvas


def _quantise(strength: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.rint(np.clip(strength, 0, 1) * 255).astype(np.uint8)


def _extent(picture: Picture, rows: int, columns: int) -> tuple[float, float]:
    return rows / picture.height, columns / picture.width
