"""Whether ink is darker or lighter than its paper."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.ink.levels import Gray, Levels, count_levels
from longhand.handwriting.ink.paper import shrink, window

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
    levels = count_levels(gray)
    paper = levels.median
    near = levels.counts[max(0, math.ceil(paper - _NEAR)) : math.floor(paper + _NEAR) + 1]
    return float(near.sum()) >= _MOST * gray.size and not _outweighs(levels, paper)


def is_light(gray: Gray) -> bool:
    """Whether a picture shows light ink on dark paper, whatever shadows lie on it.

    What lies around the structures that are narrower than three tenths of the picture is paper.
    """
    levels = count_levels(gray)
    light = _outweighs(levels, levels.median)
    if min(gray.shape) < _SMALLEST:
        return light
    around = _brightness_around(shrink(gray, max(1, min(gray.shape) // _SIGHT)))
    return light if around is None else around < 0


def _outweighs(levels: Levels, paper: float) -> bool:
    """Whether more is lighter than the paper than is darker: how much stands out, in gray levels squared."""
    few = min(_STRONGEST, levels.total / 4) / 2
    if levels.find_highest(few) - paper < _NOTHING:
        return False
    if paper - int(levels.below.searchsorted(few)) < _NOTHING:
        return True
    apart = _LEVELS - paper
    powers = np.square(np.maximum(np.abs(apart) - _NOTHING / 2, 0)) * np.sign(apart)
    return float(levels.counts @ powers) > 0


def _brightness_around(gray: Gray) -> int | None:
    """Of the pixels around all narrow structures, those that are nearer to the lighter of their two levels less those
    that are nearer to the darker; None where nothing lies around them."""
    side = max(5, int(_REACH * min(gray.shape)))
    upper = np.asarray(cv2.morphologyEx(gray, cv2.MORPH_CLOSE, window(side, side)), np.uint8)
    lower = np.asarray(cv2.morphologyEx(gray, cv2.MORPH_OPEN, window(side, side)), np.uint8)
    height = cv2.subtract(upper, lower)
    strongest = float(height.max())
    structures = np.asarray(cv2.threshold(height, 0.4 * strongest, 1, cv2.THRESH_BINARY)[1], np.uint8)
    reach = max(3, side // 3)
    around = cv2.subtract(cv2.dilate(structures, window(reach, reach)), structures)
    calm = cv2.threshold(height, math.ceil(0.2 * strongest) - 1, 1, cv2.THRESH_BINARY_INV)[1]
    few = 0.01 * gray.size
    chosen = cv2.bitwise_and(around, calm)
    chosen = chosen if cv2.countNonZero(chosen) >= few else around
    if cv2.countNonZero(chosen) < few:
        return None
    places = np.flatnonzero(chosen.view(bool))
    apart = gray.ravel()[places] - _average(upper, lower, structures, max(5, reach + 2) | 1, places)
    return int(np.count_nonzero(apart > 0) - np.count_nonzero(apart < 0))


def _average(upper: Gray, lower: Gray, structures: Gray, side: int, places: NDArray[np.intp]) -> NDArray[np.float32]:
    """The mean of both levels over the structures in a window around each of some places, which holds some."""
    both = cv2.add(upper, lower, np.zeros(upper.shape, np.float32), structures, cv2.CV_32F)
    sums, counts = (cv2.blur(one, (side, side)).ravel()[places] for one in (both, structures.astype(np.float32)))
    return np.asarray(sums / np.float32(2) / counts, np.float32)
