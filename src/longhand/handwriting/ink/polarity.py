"""Whether ink is darker or lighter than its paper."""

import cv2
import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.ink.paper import shrink, window

Gray = NDArray[np.uint8]
Doubles = NDArray[np.float64]

_REACH = 0.3
_SMALLEST = 32
_SIGHT = 96
_NEAR = 24
_MOST = 0.8
_NOTHING = 8
_STRONGEST = 12
_LEVELS = np.arange(256, dtype=np.float64)


def is_even(gray: Gray) -> bool:
    """Whether nearly all of a picture has the brightness of its median, and what differs is darker: dark ink on even
    paper, of which nothing more has to be found out."""
    counts = _count(gray)
    paper = _median(counts)
    near = float(counts[np.abs(_LEVELS - paper) <= _NEAR].sum())
    return near >= _MOST * gray.size and not _outweighs(counts, paper)


def is_light(gray: Gray) -> bool:
    """Whether a picture shows light ink on dark paper, whatever shadows lie on it.

    What lies around the structures that are narrower than three tenths of the picture is paper.
    """
    counts = _count(gray)
    light = _outweighs(counts, _median(counts))
    if min(gray.shape) < _SMALLEST:
        return light
    around = _brightness_around(shrink(gray, max(1, min(gray.shape) // _SIGHT)))
    return light if around is None else around < 0


def _count(gray: Gray) -> Doubles:
    return np.asarray(cv2.calcHist([gray], [0], None, [256], [0, 256]), np.float64).ravel()


def _median(counts: Doubles) -> float:
    below = np.cumsum(counts)
    half = below[-1] / 2
    return float(np.searchsorted(below, half, "left") + np.searchsorted(below, half, "right")) / 2


def _outweighs(counts: Doubles, paper: float) -> bool:
    """Whether more is lighter than the paper than is darker."""
    return _power(counts[::-1], 255 - _LEVELS - paper) > _power(counts, paper - _LEVELS)


def _power(counts: Doubles, depth: Doubles) -> float:
    """How much stands out from the paper in one direction, in gray levels squared."""
    few = min(_STRONGEST, counts.sum() / 4) / 2
    if depth[np.searchsorted(np.cumsum(counts), few)] < _NOTHING:
        return 0.0
    return float(counts @ np.square(np.maximum(depth - _NOTHING / 2, 0)))


def _brightness_around(gray: Gray) -> int | None:
    """Of the pixels around all narrow structures, those that are nearer to the lighter of their two levels less those
    that are nearer to the darker; None where nothing lies around them."""
    side = max(5, int(_REACH * min(gray.shape)))
    upper = np.asarray(cv2.morphologyEx(gray, cv2.MORPH_CLOSE, window(side, side)), np.uint8)
    lower = np.asarray(cv2.morphologyEx(gray, cv2.MORPH_OPEN, window(side, side)), np.uint8)
    height = cv2.subtract(upper, lower)
    strongest = float(height.max())
    structures = (height > 0.4 * strongest).astype(np.uint8)
    around, middle = _spread(structures, (upper.astype(np.float32) + lower) / np.float32(2), max(3, side // 3))
    calm = around & (height < 0.2 * strongest)
    few = 0.01 * gray.size
    chosen = calm if np.count_nonzero(calm) >= few else around
    if np.count_nonzero(chosen) < few:
        return None
    return int(np.sign(gray[chosen] - middle[chosen]).sum())


def _spread(structures: Gray, middle: NDArray[np.float32], reach: int) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """What lies within `reach` pixels of structures, and there the mean of their `middle`."""
    side = max(5, reach + 2) | 1
    weight = cv2.blur(structures.astype(np.float32), (side, side))
    mean = cv2.blur(middle * structures, (side, side)) / np.maximum(weight, np.float32(1e-4))
    grown = cv2.dilate(structures, window(reach, reach))
    return (grown > structures) & (weight > 1e-4), np.asarray(mean, np.float32)
