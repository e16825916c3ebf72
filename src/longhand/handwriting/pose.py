"""Strokes found on paper by the picture's histogram, and the pose of a word or line: where and how they stand."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.components import find_components
from longhand.handwriting.errors import NoInk

MIN_CONTRAST = 24
"""Gray levels between paper and strokes, below which a picture counts as blank."""

_STROKE = 0.4
_STRONGEST = 12
_SPECK = 0.02
_LEVELS = np.arange(256, dtype=np.float64)
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Strokes:
    """The strokes of a picture: `strength` is uint8, 0 on paper, 255 where a stroke is as strong as most; `mask` is 1
    on strokes; both are cropped to `box`, x0, y0, x1, y1 in pixels of the picture, the last two exclusive."""

    strength: NDArray[np.uint8]
    mask: NDArray[np.uint8]
    box: tuple[int, int, int, int]


@dataclass(frozen=True)
class Pose:
    """How strokes lie, in pixels: `centre` x, y of their mass; `slope` of the line they follow; `spread` and
    `reach`, standard deviation and largest distance across that line; `crossings` of a row through their core."""

    centre: tuple[float, float]
    slope: float
    spread: float
    reach: float
    crossings: float


def find_strokes(gray: NDArray[np.uint8]) -> Strokes:
    """Find the strokes of a picture, dark on light or light on dark: both give the same. Specks are left out.

    Raises NoInk for a blank page.
    """
    strength = np.asarray(cv2.LUT(gray, _strengths(gray)), np.uint8)
    mask = np.asarray(cv2.threshold(strength, 255 * _STROKE, 1, cv2.THRESH_BINARY)[1], np.uint8)
    _, stats, _ = find_components(mask)
    area = stats[:, cv2.CC_STAT_AREA]
    kept = stats[area >= max(3.0, _SPECK * float(np.max(area, initial=0)))]
    if not len(kept):
        raise NoInk
    left, top = kept[:, cv2.CC_STAT_LEFT], kept[:, cv2.CC_STAT_TOP]
    right, bottom = left + kept[:, cv2.CC_STAT_WIDTH], top + kept[:, cv2.CC_STAT_HEIGHT]
    x0, y0, x1, y1 = int(left.min()), int(top.min()), int(right.max()), int(bottom.max())
    return Strokes(strength[y0:y1, x0:x1], mask[y0:y1, x0:x1], (x0, y0, x1, y1))


def measure(mask: NDArray[np.uint8]) -> Pose:
    """How strokes lie, by the moments of their mass. The slope counts for lines only, not for short words, where
    ascenders at one end would pass for one."""
    rows, columns = mask.shape
    y, x = (np.asarray(axis, np.float64) + 0.5 for axis in np.nonzero(mask))
    centre_x, centre_y = float(x.mean()), float(y.mean())
    x, y = x - centre_x, y - centre_y
    trust = min(max((columns / rows - 3) / 3, 0.0), 1.0)
    slope = min(max(trust * float(x @ y) / max(float(x @ x), 1.0), -0.25), 0.25)
    across = y - slope * x
    spread = float(np.sqrt((across @ across) / len(across) + 1 / 12))
    return Pose((centre_x, centre_y), slope, spread, _reach(across), _crossings(mask, centre_y, spread))


def _reach(across: Doubles) -> float:
    """The largest distance from the line, but for half a percent of the mass at either side."""
    few = len(across) // 200
    ordered = np.partition(across, (few, len(across) - 1 - few))
    return max(float(-ordered[few]), float(ordered[-1 - few]), 0.5)


def _crossings(mask: NDArray[np.uint8], centre: float, spread: float) -> float:
    """How many strokes a row crosses, on average over the rows near the centre."""
    core = mask[max(0, int(centre - spread)) : int(centre + spread) + 1]
    return np.count_nonzero(core[:, 1:] > core[:, :-1]) / len(core) + 1


def _strengths(gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The strength of each of the 256 levels of gray; raises NoInk where none stands out from the paper."""
    counts = cv2.calcHist([gray], [0], None, [256], [0, 256]).ravel().astype(np.float64)
    below = np.cumsum(counts)
    half = below[-1] / 2
    paper = float(np.searchsorted(below, half, "left") + np.searchsorted(below, half, "right")) / 2
    darker, lighter = _Side(counts, paper - _LEVELS), _Side(counts[::-1], 255 - _LEVELS - paper)
    inverted = lighter.power > darker.power
    side = lighter if inverted else darker
    contrast, depth = side.contrast, side.depth[::-1] if inverted else side.depth
    if contrast < MIN_CONTRAST:
        raise NoInk
    grain = np.where(depth < 0, counts, 0)
    noise = float(np.sqrt((grain @ np.square(depth)) / max(grain.sum(), 1.0)))
    floor = 1.5 * min(noise, contrast / 6)
    return np.rint(255 * np.clip((depth - floor) / (contrast - floor), 0, 1)).astype(np.uint8)


@dataclass(frozen=True)
class _Side:
    """What of a picture stands out from the paper in one direction: pixels by how far, the farthest first."""

    counts: Doubles
    depth: Doubles

    @cached_property
    def strongest(self) -> float:
        """How far the few strongest pixels stand out."""
        few = min(_STRONGEST, self.counts.sum() / 4) / 2
        return float(self.depth[np.searchsorted(np.cumsum(self.counts), few)])

    @property
    def power(self) -> float:
        """How much stands out, in gray levels squared."""
        if self.strongest < MIN_CONTRAST:
            return 0.0
        return float(self.counts @ np.square(np.maximum(self.depth - MIN_CONTRAST / 2, 0)))

    @property
    def contrast(self) -> float:
        """How far most strokes stand out: nine in ten of what is at least a third as strong as the strongest."""
        weakest = np.where(self.depth >= 0.35 * self.strongest, self.counts, 0)[::-1]
        return float(self.depth[::-1][np.searchsorted(np.cumsum(weakest), 0.9 * weakest.sum())])
