"""From a picture to what a network sees: one function for training and for serving.

A released version stays in `VERSIONS` for good, and its output does not change: a served model names
the version that it was trained with.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.batching import TEXT_MARGIN
from longhand.handwriting.errors import UnknownPreprocessing
from longhand.handwriting.images import Picture
from longhand.handwriting.ink.finding import find_writing
from longhand.handwriting.ink.looking import look_at_glyph, look_at_text
from longhand.handwriting.ink.median import find_ink
from longhand.handwriting.notices import Notice
from longhand.handwriting.pose import Pose, find_strokes, measure

Number = TypeVar("Number", np.uint8, np.float32)
TEXT_HEIGHT = 32
GLYPH_SIZE = 28
_TEXT_EDGE = 1
_TEXT_MAX_WIDTH = 2000
_GLYPH_BOX = 20
_SPREAD = 5.0
_PITCH = 9.0
_INK = 200
_MAX_SIZE = (384, 8192)


@dataclass(frozen=True)
class Prepared:
    """What a network sees: `pixels` is uint8, height × width, ink bright on 0.

    `box` is where the ink was, x0, y0, x1, y1 in pixels of the picture; `extent` is the height and width
    of the ink as a share of the picture's, each in 0..1: what is left of a glyph's original size. `notices` are what a
    person should know of the picture.
    """

    pixels: NDArray[np.uint8]
    box: tuple[int, int, int, int]
    extent: tuple[float, float]
    notices: tuple[Notice, ...] = ()

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
    height = TEXT_HEIGHT - 2 * _TEXT_EDGE
    width = int(np.clip(round(columns * height / rows), 4, _TEXT_MAX_WIDTH))
    pixels = _quantise(_resize(ink.crop, width, height))
    margin = ((_TEXT_EDGE, _TEXT_EDGE), (TEXT_MARGIN, TEXT_MARGIN))
    return Prepared(np.pad(pixels, margin), ink.box, _extent(picture, rows, columns))


def prepare_line(picture: Picture) -> Prepared:
    """A word or line, 32 rows high, written as evenly as can be: level, upright, its mass as high and its strokes as
    dense as every other's, up to a width of 2,000.

    Size and slope come from the moments of the ink (Kozielski et al., Moment-Based Image Normalization for
    Handwritten Text Recognition, 2012), slant from its gradients, density from the strokes that a row crosses.
    Raises NoInk for a blank page.
    """
    shrink = max(1.0, picture.height / _MAX_SIZE[0], picture.width / _MAX_SIZE[1])
    strokes = find_strokes(_shrink(picture.gray, shrink))
    pose = measure(strokes.mask)
    rows, columns = strokes.mask.shape
    scale = min(_SPREAD / pose.spread, (TEXT_HEIGHT - 1) / 2 / pose.reach)
    stretch = min(max(pose.crossings * _PITCH / (columns * scale), 0.65), 1.6)
    width = min(max(round(columns * scale * stretch), 2), _TEXT_MAX_WIDTH - 64)
    small = _resize(strokes.strength, width, max(1, round(rows * scale)))
    level, pad = _level(small, pose, (small.shape[1] / columns, small.shape[0] / rows))
    first, last = _inked(level)
    x0, y0, x1, y1 = strokes.box
    across = [x0 + (edge - pad) * (x1 - x0) / width for edge in (first, last)]
    box = (across[0], float(y0), across[1], float(y1))
    pixels = np.zeros((TEXT_HEIGHT, last - first + 2 * TEXT_MARGIN), np.uint8)
    pixels[:, TEXT_MARGIN:-TEXT_MARGIN] = level[:, first:last]
    return Prepared(pixels, _inside(picture, box, shrink), _extent(picture, rows, columns, shrink))


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


def prepare_written(
    picture: Picture, height: int = 48, pitch: float = _PITCH, stretches: tuple[float, float] = (0.65, 1.6)
) -> Prepared:
    """A word or line, `height` rows high, found by the paper around it: level, its mass as high and its strokes as
    dense as every other's, its slant as it was written, up to a width of 2,000 columns for 32 rows.

    Size, slope and density as in `prepare_line`: strokes come `pitch` columns of 32 rows apart, as far as the width
    changes within `stretches`. Raises NoInk for a blank page.
    """
    found = find_writing(picture)
    pose = measure(found.mask)
    rows, columns = found.mask.shape
    scale = min(_SPREAD * height / TEXT_HEIGHT / pose.spread, (height - 1) / 2 / pose.reach)
    even = pose.crossings * pitch * height / TEXT_HEIGHT / (columns * scale)
    stretch = min(max(even, stretches[0]), stretches[1])
    width = min(max(round(columns * scale * stretch), 2), (_TEXT_MAX_WIDTH - 64) * height // TEXT_HEIGHT)
    small = _resize(found.strength, width, max(1, round(rows * scale)))
    level, pad = _level(small, pose, (small.shape[1] / columns, small.shape[0] / rows), height, 0.0)
    first, last = _inked(level)
    x0, y0, x1, y1 = found.box
    left, right = (x0 + (edge - pad) * (x1 - x0) / width for edge in (first, last))
    box = _inside(picture, (left, float(y0), right, float(y1)), found.factor)
    pixels = np.pad(level[:, first:last], ((0, 0), (TEXT_MARGIN, TEXT_MARGIN)))
    return Prepared(pixels, box, _extent(picture, rows, columns, found.factor), look_at_text(found, pose))


def prepare_single(picture: Picture) -> Prepared:
    """A single character, found by the paper around it and placed as in `prepare_glyph`.

    Raises NoInk for a blank page.
    """
    found = find_writing(picture, single=True)
    rows, columns = found.mask.shape
    scale = _GLYPH_BOX / max(rows, columns)
    crop = found.strength.astype(np.float32) / np.float32(255)
    small = _resize(crop, max(1, round(columns * scale)), max(1, round(rows * scale)))
    x0, y0, x1, y1 = map(float, found.box)
    box = _inside(picture, (x0, y0, x1, y1), found.factor)
    return Prepared(_quantise(_centre(small)), box, _extent(picture, rows, columns, found.factor), look_at_glyph(found))


VERSIONS: Mapping[str, Preprocess] = {
    "text-1": prepare_text,
    "text-2": prepare_line,
    "text-3": prepare_written,
    "text-3-40": partial(prepare_written, height=40),
    "text-3-32": partial(prepare_written, height=32),
    "text-4": partial(prepare_written, pitch=10.0, stretches=(0.85, 2.5)),
    "glyph-1": prepare_glyph,
    "glyph-2": prepare_single,
}


def preprocessing(version: str) -> Preprocess:
    """The function of a released version; raises UnknownPreprocessing for one that this release does not know."""
    if version not in VERSIONS:
        raise UnknownPreprocessing(
            f"The model wants preprocessing {version!r}, which this release does not know. Update Longhand."
        )
    return VERSIONS[version]


def _resize(strength: NDArray[Number], width: int, height: int) -> NDArray[Number]:
    shrinks = height * width < strength.size
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(strength, (width, height), interpolation=interpolation), strength.dtype)


def _shrink(gray: NDArray[np.uint8], factor: float) -> NDArray[np.uint8]:
    if factor == 1:
        return gray
    return _resize(gray, max(1, round(gray.shape[1] / factor)), max(1, round(gray.shape[0] / factor)))


def _level(
    small: NDArray[np.uint8],
    pose: Pose,
    scale: tuple[float, float],
    height: int = TEXT_HEIGHT,
    lean: float | None = None,
) -> tuple[NDArray[np.uint8], int]:
    """Lay strokes level, and upright where no `lean` is given, the centre of their mass on the middle row, equally
    inky; and the columns that were added on the left."""
    lean = _lean(small) if lean is None else lean
    pad = int(np.ceil(abs(lean) * height / 2)) + TEXT_MARGIN
    middle, slope = height / 2, pose.slope * scale[1] / scale[0]
    x, y = pose.centre[0] * scale[0], pose.centre[1] * scale[1]
    start = -pad - lean * middle
    back = np.array([[1, lean, start], [slope, 1 + slope * lean, y - middle + slope * (start - x)]])
    size = (small.shape[1] + 2 * pad, height)
    level = cv2.warpAffine(small, back, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    strong = level[level > 0.25 * level.max()]
    gain = _INK / float(strong.mean()) if strong.size else 1.0
    return np.asarray(cv2.convertScaleAbs(level, alpha=min(gain, 4.0)), np.uint8), pad


def _lean(small: NDArray[np.uint8]) -> float:
    """Columns by which upright strokes lean per row, from gradients weighted by how upright they are; -0.9 to 0.9."""
    across, down = (cv2.Sobel(small, cv2.CV_32F, *axis) for axis in ((1, 0), (0, 1)))
    weight = np.square(across)
    total = float(np.vdot(weight, weight))
    return float(np.clip(-np.vdot(weight, across * down) / total, -0.9, 0.9)) if total else 0.0


def _inked(level: NDArray[np.uint8]) -> tuple[int, int]:
    """The first column with ink, and the one after the last."""
    columns = np.flatnonzero(cv2.reduce(level, 0, cv2.REDUCE_MAX)[0] > _INK // 3)
    return (int(columns[0]), int(columns[-1]) + 1) if len(columns) else (0, level.shape[1])


def _inside(picture: Picture, box: tuple[float, float, float, float], factor: float) -> tuple[int, int, int, int]:
    """A box of a picture made smaller, in whole pixels of the picture itself."""
    limits = (picture.width, picture.height)
    x0, y0 = (min(max(math.floor(v * factor), 0), n - 1) for v, n in zip(box[:2], limits, strict=True))
    x1, y1 = (min(max(math.ceil(v * factor), 1), n) for v, n in zip(box[2:], limits, strict=True))
    return x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)


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


def _extent(picture: Picture, rows: int, columns: int, factor: float = 1.0) -> tuple[float, float]:
    return rows * factor / picture.height, columns * factor / picture.width
