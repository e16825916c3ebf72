"""What is worth saying of a picture in which writing was found."""

from collections.abc import Iterator

import cv2
import numpy as np

from longhand.handwriting.ink.finding import Found
from longhand.handwriting.ink.levels import Gray
from longhand.handwriting.notices import Notice
from longhand.handwriting.pose import Pose

_LOW = 12
_LOW_SPREAD = 3.0
_SEVERAL = 2
_OTHER = 0.3
_STEEP = 0.12


def look_at_text(found: Found, pose: Pose) -> tuple[Notice, ...]:
    """The notices of a word or line that lies in a pose."""
    low = pose.spread * found.factor < _LOW_SPREAD and _crossings(found.mask) >= _SEVERAL
    return tuple(_look(found, low, abs(pose.slope) >= _STEEP or _stands(found.mask)))


def look_at_glyph(found: Found) -> tuple[Notice, ...]:
    """The notices of a single glyph."""
    return tuple(_look(found, max(found.mask.shape) * found.factor < _LOW, turned=False))


def _look(found: Found, small: bool, turned: bool) -> Iterator[Notice]:
    kept, foreign, others = found.writing.kept, found.writing.foreign, found.writing.others
    ink = float(found.marks.area[kept].sum())
    if foreign.any():
        yield Notice.TOUCHES_BORDER
    if found.marks.area[others].sum() >= _OTHER * ink:
        yield Notice.SEVERAL_LINES
    if small:
        yield Notice.LOW_RESOLUTION
    if turned:
        yield Notice.TURNED
    if found.rules:
        yield Notice.FRAME_REMOVED
    if found.uneven:
        yield Notice.UNEVEN_LIGHT


def _stands(mask: Gray) -> bool:
    """Whether a word stands on its side: it is higher than wide, and a column crosses more strokes than a row."""
    rows, columns = mask.shape
    if rows < 1.5 * columns:
        return False
    down = _crossings(mask[:, columns // 4 : max(columns // 4 + 1, 3 * columns // 4)].T)
    return down >= 4 and down > 2 * _crossings(mask[rows // 4 : max(rows // 4 + 1, 3 * rows // 4)])


def _crossings(mask: Gray) -> float:
    """How many strokes a row crosses, on average."""
    return (np.count_nonzero(mask[:, 1:] > mask[:, :-1]) + cv2.countNonZero(np.ascontiguousarray(mask[:, 0]))) / len(
        mask
    )
