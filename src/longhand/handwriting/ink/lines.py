"""Candidates for straight lines that are no writing: long, thin, level or upright."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.components import find_components
from longhand.handwriting.ink.levels import Gray
from longhand.handwriting.ink.paper import Box, window

SMALLEST = 12
"""Rows and columns that a picture has at least, and a candidate pixels in its length."""

VISIBLE = 30
"""Of 255: how dark what is looked at is at least."""

_HALVED = 48


@dataclass(frozen=True)
class Lines:
    """Candidates that run one way.

    `levels` is how dark they are, uint8 like the picture, 0 elsewhere; `labels` which of `boxes` each pixel of the
    picture made `step` times smaller belongs to, counted from 1; `solid` is whether they have no gaps.
    """

    upright: bool
    solid: bool
    levels: Gray
    labels: NDArray[np.integer]
    step: int
    boxes: tuple[Box, ...]

    def draw(self, chosen: Sequence[bool]) -> Gray:
        """The levels of those that are chosen, 0 elsewhere."""
        if all(chosen):
            return self.levels
        table = np.array([0, *chosen], np.uint8) * np.uint8(255)
        return np.asarray(cv2.bitwise_and(self.levels, _enlarge(table[self.labels], self.step, self.levels.shape)))


def find_lines(strength: Gray) -> Iterator[Lines]:
    """Level, dotted and upright candidates, found at half the size in larger pictures."""
    rows, columns = strength.shape
    step = 2 if min(rows, columns) >= _HALVED else 1
    level = max(SMALLEST, int(min(0.6 * columns, rows)))
    upright = max(SMALLEST, int(0.6 * rows))
    coarse = np.ascontiguousarray(cv2.dilate(strength, window(3, 3))[::step, ::step], np.uint8)
    solid = _open_rows(coarse, level // step)
    if solid is not None:
        yield from _label(solid, strength.shape, step, upright=False, solid=True)
    dotted = _find_dots(coarse)
    if dotted is not None:
        if solid is not None:
            apart = cv2.threshold(cv2.dilate(solid, window(1, 5)), VISIBLE, 255, cv2.THRESH_BINARY_INV)[1]
            dotted = np.asarray(cv2.bitwise_and(dotted, apart), np.uint8)
        yield from _label(dotted, strength.shape, step, upright=False, solid=False)
    eroded = cv2.erode(coarse, window(1, upright // step))
    if eroded.max() > VISIBLE:
        opened = np.asarray(cv2.dilate(eroded, window(1, upright // step)), np.uint8)
        yield from _label(opened, strength.shape, step, upright=True, solid=True)


def _open_rows(gray: Gray, length: int) -> Gray | None:
    """What is visible along rows for a length, and 0 in rows without it; None where none has it."""
    visible = np.asarray(cv2.threshold(gray, VISIBLE, 1, cv2.THRESH_BINARY)[1], np.uint8)
    rows = np.flatnonzero(cv2.reduce(visible, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S) > length // 2)
    eroded = cv2.erode(gray[rows], window(length, 1)) if len(rows) else gray[:0]
    if eroded.max(initial=0) <= VISIBLE:
        return None
    opened = np.zeros_like(gray)
    opened[rows] = cv2.dilate(eroded, window(length, 1))
    return opened


def _find_dots(strength: Gray) -> Gray | None:
    """Rows of dots or dashes, and lines with gaps: what is flat, closed along the row; None where none are."""
    rows, columns = strength.shape
    flat = cv2.subtract(strength, cv2.morphologyEx(strength, cv2.MORPH_OPEN, window(1, max(3, rows // 10))))
    closed = cv2.morphologyEx(flat, cv2.MORPH_CLOSE, window(max(5, rows // 10), 1))
    return _open_rows(np.asarray(cv2.dilate(closed, window(1, 3)), np.uint8), max(SMALLEST, int(0.6 * columns)))


def _label(opened: Gray, size: tuple[int, ...], step: int, *, upright: bool, solid: bool) -> Iterator[Lines]:
    """The candidates among what is visible of an opened picture, for a picture of a size, rows and columns."""
    mask = np.asarray(cv2.threshold(opened, VISIBLE, 1, cv2.THRESH_BINARY)[1], np.uint8)
    if not cv2.countNonZero(mask):
        return
    labels, stats, _ = find_components(mask)
    thin = [_is_line(one, upright, (mask.shape[1], mask.shape[0])) for one in stats.tolist()]
    if not any(thin):
        return
    if all(thin):
        levels = cv2.threshold(opened, VISIBLE, 0, cv2.THRESH_TOZERO)[1]
    else:
        labels = (np.cumsum([0, *thin]) * np.array([0, *thin])).astype(np.uint16)[labels]
        levels = np.where(labels > 0, opened, np.uint8(0))
    boxes = [(x * step, y * step, (x + w) * step, (y + h) * step) for x, y, w, h, _ in stats[thin].tolist()]
    limited = tuple((x0, y0, min(x1, size[1]), min(y1, size[0])) for x0, y0, x1, y1 in boxes)
    yield Lines(upright, solid, _enlarge(np.asarray(levels, np.uint8), step, size), labels, step, limited)


def _enlarge(coarse: Gray, step: int, size: tuple[int, ...]) -> Gray:
    """Each pixel `step` times in both directions, cut to a size, rows and columns."""
    if step == 1:
        return coarse
    enlarged = cv2.resize(coarse, None, fx=step, fy=step, interpolation=cv2.INTER_NEAREST)
    return np.ascontiguousarray(enlarged[: size[0], : size[1]])


def _is_line(stats: Sequence[int], upright: bool, size: tuple[int, int]) -> bool:
    """Whether a candidate is thin and, where it is level, long enough."""
    _, _, width, height, area = stats
    if upright:
        return area / height <= max(4, min(size) / 12) + 2
    return area / width <= max(4, size[1] / 12) + 2 and (width >= 0.6 * size[0] or width >= 3 * size[1])
