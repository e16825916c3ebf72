"""The picture of a page, and where the outlines of its layout lie on it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from longhand.datasets.adapters.layouts import Point
from longhand.datasets.source import Source
from longhand.handwriting.errors import PictureError
from longhand.handwriting.images import Picture, decode

Points = NDArray[np.float64]
_MAX_BYTES = 2**28
_SKEW = 0.02
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Scan:
    """A page's picture, upright; `ground` is the median of its gray, the paper where most of it is bare.

    `scale` is pixels per unit of the layout, horizontally and vertically, and `orientation` the EXIF orientation of
    the pixels that the layout was made on: 1 where it was made on the upright picture.
    """

    gray: NDArray[np.uint8]
    ground: int
    scale: tuple[float, float]
    orientation: int

    def place(self, outline: Sequence[Point]) -> Points:
        """An outline of the layout in pixels of the upright picture, points × 2."""
        height, width = _stored_shape(self.gray, self.orientation)
        return turn(np.asarray(outline) * self.scale, self.orientation, width, height)


@lru_cache(maxsize=1)
def read_scan(folder: Path, picture: str, width: float, height: float) -> Scan:
    """A page's picture for a layout of that size (0 where it does not say), kept until the next page's is read, as a
    page's lines are read one after another. Raises OSError, also where the sizes are not those of one page."""
    try:
        decoded = decode(Source(folder, "").read(picture), _MAX_BYTES)
    except PictureError as error:
        raise OSError(f"{picture}: {error.sentence}") from error
    orientation = _choose_orientation(decoded, picture, width, height)
    scale = _scale(_stored_shape(decoded.gray, orientation), width, height) or (1.0, 1.0)
    return Scan(decoded.gray, int(np.median(decoded.gray)), scale, orientation)


def cut_outline(scan: NDArray[np.uint8], outline: Points, ground: int) -> NDArray[np.uint8] | None:
    """The part of a page inside an outline (points × 2, in pixels), on ground; None where no pixel is inside."""
    box, points = _bound(scan, outline)
    if box is None:
        return None
    part = scan[box]
    corner = (box[1].start, box[0].start)
    inside = cv2.fillPoly(np.zeros(part.shape, np.uint8), [(points - corner).astype(np.int32)], 1)
    return np.where(inside, part, np.uint8(ground)).astype(np.uint8)


def cut_box(scan: NDArray[np.uint8], outline: Points) -> NDArray[np.uint8] | None:
    """The box around an outline with all that stands in it, as a person cuts it out; None where it has no area."""
    box, _ = _bound(scan, outline)
    return None if box is None else np.ascontiguousarray(scan[box])


def _bound(scan: NDArray[np.uint8], outline: Points) -> tuple[tuple[slice, slice] | None, NDArray[np.int64]]:
    """The rows and columns around an outline, None where they have no area, and its points as whole pixels."""
    height, width = scan.shape
    points = np.rint(outline).astype(np.int64).clip(0, [width - 1, height - 1])
    (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    if left == right or top == bottom:
        return None, points
    return (slice(top, bottom + 1), slice(left, right + 1)), points


def turn(points: Points, orientation: int, width: int, height: int) -> Points:
    """Points of a stored picture, `width` × `height` pixels, where they lie once it is turned upright."""
    x, y = points[:, 0], points[:, 1]
    right, bottom = width - 1 - x, height - 1 - y
    places = [(x, y), (right, y), (right, bottom), (x, bottom), (y, x), (bottom, x), (bottom, right), (y, right)]
    return np.stack(places[orientation - 1], axis=1)


def _choose_orientation(decoded: Picture, picture: str, width: float, height: float) -> int:
    """The orientation of the pixels that a layout was made on: as stored or upright, whichever the sizes fit.

    Where both fit, as stored: so Kraken, Transkribus and OCR-D read pictures, which do not look at EXIF.
    """
    stored, upright = decoded.orientation, 1
    if stored == upright:
        _check_size(decoded.gray.shape, picture, width, height)
        return upright
    fitting = [o for o in (stored, upright) if _scale(_stored_shape(decoded.gray, o), width, height)]
    if len(fitting) == 1:
        return fitting[0]
    if width and height:
        _check_size(_stored_shape(decoded.gray, stored), picture, width, height)
    _log.warning(
        "%s is stored turned (EXIF orientation %d), and its layout's size does not say whether the layout was made"
        " on the stored or on the upright picture. It is taken for the stored one: look at the lines.",
        picture,
        stored,
    )
    return stored


def _stored_shape(gray: NDArray[np.uint8], orientation: int) -> tuple[int, int]:
    """Height and width before a picture was turned upright."""
    height, width = gray.shape
    return (width, height) if orientation > 4 else (height, width)


def _scale(shape: Sequence[int], width: float, height: float) -> tuple[float, float] | None:
    """Pixels per unit of a layout; None where it does not say its size, or is of other proportions."""
    if not width or not height:
        return None
    across, down = shape[1] / width, shape[0] / height
    return (across, down) if abs(across / down - 1) <= _SKEW else None


def _check_size(shape: Sequence[int], picture: str, width: float, height: float) -> None:
    if width and height and not _scale(shape, width, height):
        size = f"{shape[1]} × {shape[0]}"
        raise OSError(f"{picture} is {size}, its layout {width:g} × {height:g}: not the same page")
