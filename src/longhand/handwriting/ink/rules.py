"""Straight lines that are no writing: rules, frames, edges of boxes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import compress

import cv2
import numpy as np

from longhand.handwriting.components import find_components
from longhand.handwriting.ink.levels import Gray, count_levels
from longhand.handwriting.ink.lines import SMALLEST, VISIBLE, Lines, find_lines
from longhand.handwriting.ink.paper import Box, window

_SPECK = 0.05
_AS_DARK = 0.75
_STROKE = 0.35
_BESIDE = 3
_STRONGEST = 6
_LONG = 0.67
_SHOWN = 0.4


@dataclass(frozen=True)
class Rest:
    """What is left beside lines: its `mask`, the `box` around it, and how dark it is."""

    mask: Gray
    box: Box
    level: float

    def lies_within(self, line: Box, upright: bool, single: bool) -> bool:
        """Whether a line is none of the strokes of what is left.

        One that runs level through most of a text never is. Any other is longer than the writing, which lies free in
        the picture; beside a single glyph it is much longer than it, and crosses it or is apart from it.
        """
        rows, columns = self.mask.shape
        low, size = (1, rows) if upright else (0, columns)
        length = line[low + 2] - line[low]
        if not single and not upright and length >= 0.75 * size:
            return True
        x0, y0, x1, y1 = self.box
        before, after = self.box[low] - line[low], line[low + 2] - self.box[low + 2]
        free = min(x0, y0, columns - x1, rows - y1) >= 2
        longer = min(before, after) >= -2 and before + after >= 0.04 * size
        if not free or not longer or not single:
            return free and longer
        through = line[low] <= 1 and line[low + 2] >= size - 1
        return self._is_apart(line, upright, length, through)

    def _is_apart(self, line: Box, upright: bool, length: int, through: bool) -> bool:
        """Whether a line beside a glyph is none of its strokes: T and b touch theirs on one side, t is hardly higher
        than its bar is long, of E and H no more is left than a bar. What goes `through` the picture from border to
        border may touch the glyph anywhere."""
        x0, y0, x1, y1 = self.box
        if y1 - y0 < 0.2 * self.mask.shape[0]:
            return False
        touching = self._touches(line, upright)
        return (through or touching[0] == touching[1]) and length >= (1.3 if any(touching) else 1.1) * max(
            x1 - x0, y1 - y0
        )

    def _touches(self, line: Box, upright: bool) -> tuple[bool, bool]:
        """Whether something lies directly beside a line on its one, and on its other long side."""
        x0, y0, x1, y1 = line
        if upright:
            sides = self.mask[y0:y1, max(0, x0 - _BESIDE) : x0], self.mask[y0:y1, x1 : x1 + _BESIDE]
        else:
            sides = self.mask[max(0, y0 - _BESIDE) : y0, x0:x1], self.mask[y1 : y1 + _BESIDE, x0:x1]
        return bool(sides[0].any()), bool(sides[1].any())


def remove_rules(strength: Gray, single: bool) -> tuple[Gray, tuple[Box, ...]]:
    """The picture without long straight lines that are level or upright, and the boxes of those that go through most of
    it and showed: a row of hyphens may pass for a dotted line, of which hardly anything is there to be taken out.

    `strength` is uint8, 0 on paper; `single` is whether one glyph is in it. Strokes that cross a line stay whole: where
    they are darker than it they show, and where not they are closed across it. Lines that nothing else is beside are
    writing, and so is what does not reach beyond the writing.
    """
    if min(strength.shape) < SMALLEST:
        return strength, ()
    lines = list(find_lines(strength))
    if not lines:
        return strength, ()
    rest = _find_rest(_subtract(strength, [one.levels for one in lines]))
    if rest is None:
        return strength, ()
    chosen = [[rest.lies_within(one, line.upright, single) for one in line.boxes] for line in lines]
    if not any(map(any, chosen)):
        return strength, ()
    bare = _take_out(strength, lines, chosen, rest.level)
    taken = np.asarray(cv2.subtract(strength, bare), np.uint8)
    boxes = [(line, box) for line, which in zip(lines, chosen, strict=True) for box in compress(line.boxes, which)]
    return bare, tuple(b for line, b in boxes if _is_long(b, line.upright, strength.shape) and _shows(taken, b, line))


def _is_long(box: Box, upright: bool, shape: tuple[int, ...]) -> bool:
    low = 1 if upright else 0
    return box[low + 2] - box[low] > _LONG * (shape[0] if upright else shape[1])


def _shows(taken: Gray, box: Box, line: Lines) -> bool:
    """Whether something visible was taken out along a good part of a line."""
    x0, y0, x1, y1 = box
    along = cv2.reduce(taken[y0:y1, x0:x1], 1 if line.upright else 0, cv2.REDUCE_MAX)
    return bool(np.count_nonzero(along > VISIBLE) >= _SHOWN * along.size)


def _subtract(strength: Gray, levels: Sequence[Gray]) -> Gray:
    for one in levels:
        strength = np.asarray(cv2.subtract(strength, one), np.uint8)
    return strength


def _find_rest(rest: Gray) -> Rest | None:
    """What is left beside lines; None where that is nothing."""
    levels = count_levels(rest)
    least = int(max(VISIBLE, _STROKE * levels.find_highest(_STRONGEST + 1)))
    mask = np.asarray(cv2.threshold(rest, least, 1, cv2.THRESH_BINARY)[1], np.uint8)
    _, stats, _ = find_components(mask)
    area = stats[:, cv2.CC_STAT_AREA]
    marks = stats[area >= max(3, _SPECK * float(area.max(initial=0)))]
    if not len(marks) or marks[:, cv2.CC_STAT_AREA].sum() < 0.002 * rest.size:
        return None
    x, y, width, height = marks[:, :4].T
    box = int(x.min()), int(y.min()), int((x + width).max()), int((y + height).max())
    return Rest(mask, box, max(levels.highest * 0.3, levels.above(least).median))


def _take_out(strength: Gray, lines: Sequence[Lines], chosen: Sequence[Sequence[bool]], ink: float) -> Gray:
    """What is left where lines are taken away and strokes across them are made whole; `ink` is how dark strokes are."""
    taken = [(line, which) for line, which in zip(lines, chosen, strict=True) if any(which)]
    drawn = [_sharpen(line, line.draw(which), strength) for line, which in taken]
    bare = _subtract(strength, drawn)
    level = reduce(_deepen, drawn)
    least = math.ceil(_AS_DARK * ink) - 1
    dark = np.asarray(cv2.threshold(level, least, 255, cv2.THRESH_BINARY)[1], np.uint8)
    rest = _unmix(bare, level, ink, strength, dark)
    for (line, which), levels in zip(taken, drawn, strict=True):
        across = cv2.bitwise_and(cv2.threshold(levels, 0, 255, cv2.THRESH_BINARY)[1], dark)
        if cv2.countNonZero(across):
            closed = _close(bare, line.upright, _thickness(line, which))
            cv2.copyTo(cv2.max(rest, cv2.min(strength, closed)), across, rest)
    return rest


def _deepen(one: Gray, other: Gray) -> Gray:
    return np.asarray(cv2.max(one, other), np.uint8)


def _unmix(bare: Gray, level: Gray, ink: float, strength: Gray, dark: Gray) -> Gray:
    """What is left beside lines lighter than ink, as dark as it was without them."""
    rest = bare.copy()
    light = np.flatnonzero(cv2.subtract(level, dark))
    depth = level.ravel()[light].astype(np.float32)
    unmixed = bare.ravel()[light] * (ink / np.maximum(ink - depth, 1))
    rest.ravel()[light] = np.minimum(unmixed, strength.ravel()[light]).astype(np.uint8)
    return rest


def _sharpen(lines: Lines, levels: Gray, strength: Gray) -> Gray:
    """Levels no darker than what is straight for a third of a line's length, so that strokes beside it stay."""
    if not lines.solid:
        return levels
    rows, columns = strength.shape
    if lines.upright:
        straight = cv2.morphologyEx(strength, cv2.MORPH_OPEN, window(1, max(7, rows // 5)))
        return np.asarray(cv2.min(levels, straight), np.uint8)
    own = np.flatnonzero(cv2.reduce(levels, 1, cv2.REDUCE_MAX))
    shape = window(max(7, int(min(0.6 * columns, rows)) // 3), 1)
    sharp = levels.copy()
    sharp[own] = cv2.min(levels[own], cv2.morphologyEx(strength[own], cv2.MORPH_OPEN, shape))
    return sharp


def _thickness(lines: Lines, chosen: Sequence[bool]) -> int:
    side = 0 if lines.upright else 1
    most = max(box[side + 2] - box[side] for box, taken in zip(lines.boxes, chosen, strict=True) if taken)
    return int(min(most, max(6, lines.levels.shape[0] // 8) + 2)) + 2


def _close(bare: Gray, upright: bool, thickness: int) -> Gray:
    """Strokes that end on both sides of a line, closed across it, be they a little slanted."""
    wide = cv2.dilate(bare, window(1, 3) if upright else window(3, 1))
    shape = window(thickness, 1) if upright else window(1, thickness)
    return np.asarray(cv2.morphologyEx(wide, cv2.MORPH_CLOSE, shape), np.uint8)
