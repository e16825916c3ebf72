"""Separates ink from paper, whichever of the two is darker."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.components import find_components
from longhand.handwriting.errors import NoInk
from longhand.handwriting.images import Picture

MIN_CONTRAST = 24.0
"""Gray levels between paper and the strongest strokes, below which a picture counts as blank."""

_STROKE = 0.4
_STRONGEST = 12


@dataclass(frozen=True)
class Ink:
    """`strength` is float32 in 0..1, 0 on paper and 1 in the strongest strokes; `box` is x0, y0, x1, y1
    in pixels of the picture, the last two exclusive, and encloses all strokes."""

    strength: NDArray[np.float32]
    box: tuple[int, int, int, int]

    @property
    def crop(self) -> NDArray[np.float32]:
        """The strength inside the box."""
        x0, y0, x1, y1 = self.box
        return self.strength[y0:y1, x0:x1]


def find_ink(picture: Picture) -> Ink:
    """Find the ink in a picture.

    A picture and its negative give the same ink. Raises NoInk for a blank page.
    """
    gray = picture.gray.astype(np.float32)
    ground = float(np.median(gray))
    smooth = cv2.blur(gray, (3, 3), borderType=cv2.BORDER_REPLICATE) if min(gray.shape) > 40 else gray
    dark, light = _strongest(ground - smooth), _strongest(smooth - ground)
    sign = -1.0 if _mass(smooth - ground, light) > _mass(ground - smooth, dark) else 1.0
    contrast = light if sign < 0 else dark
    if contrast < MIN_CONTRAST:
        raise NoInk
    mask = (sign * (ground - smooth) > _STROKE * contrast).astype(np.uint8)
    strength = np.clip(sign * (ground - gray) / contrast, 0.0, 1.0)
    return Ink(strength, _enclose(mask))


def _strongest(difference: NDArray[np.float32]) -> float:
    """The median of the dozen largest values: a maximum that single bad pixels do not move."""
    flat = difference.ravel()
    count = min(_STRONGEST, flat.size)
    return float(np.median(np.partition(flat, flat.size - count)[-count:]))


def _mass(difference: NDArray[np.float32], strongest: float) -> float:
    """How much of the picture stands out in one direction, in gray levels squared."""
    if strongest < MIN_CONTRAST:
        return 0.0
    return float(np.square(np.maximum(difference - MIN_CONTRAST / 2, 0)).mean())


def _enclose(mask: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """The box around all marks but specks; raises NoInk where nothing but specks is left."""
    _, marks, _ = find_components(mask)
    area = marks[:, cv2.CC_STAT_AREA]
    kept = marks[area >= max(2.0, 0.02 * float(area.max(initial=0)))]
    if not len(kept):
        raise NoInk
    left, top = kept[:, cv2.CC_STAT_LEFT], kept[:, cv2.CC_STAT_TOP]
    right, bottom = left + kept[:, cv2.CC_STAT_WIDTH], top + kept[:, cv2.CC_STAT_HEIGHT]
    return int(left.min()), int(top.min()), int(right.max()), int(bottom.max())
