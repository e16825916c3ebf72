"""Straight lines that are no writing: rules, frames, edges of boxes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress

import cv2
import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.components import find_components
from longhand.handwriting.ink.paper import Box, Gray, find_level, window

_SMALLEST = 12
_HALVED = 48
_VISIBLE = 30
_SPECK = 0.05
_AS_DARK = 0.75
_STROKE = 0.35
_BESIDE = 3
_STRONGEST = 6
_LONG = 0.67


@dataclass(frozen=True)
class Lines:
    """Candidates that run one way.

    `levels` is how dark they are, uint8 like the picture, 0 elsewhere; `labels` which of `boxes` each pixel belongs to,
    counted from 1; `solid` is whether they have no gaps.
    """

    upright: bool
    solid: bool
    levels: Gray
    labels: NDArray[np.integer]
    boxes: tuple[Box, ...]

    def draw(self, chosen: Sequence[bool]) -> Gray:
        """The levels of those that are chosen, 0 elsewhere."""
        if all(chosen):
            return self.levels
        table = np.array([False, *chosen])
        return np.where(table[self.labels], self.levels, np.uint8(0))


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


def remove_rules(strength: Gray, single: bool) -> tuple[Gray, int]:
    """The picture without long straight lines that are level or upright, and how many of them go through
    most of it.

    `strength` is uint8, 0 on paper; `single` is whether one glyph is in it. Strokes that cross a line stay whole: where
    they are darker than it they show, and where not they are closed across it. Lines that nothing else is beside are
    writing, and so is what does not reach beyond the writing.
    """
    if min(strength.shape) < _SMALLEST:
        return strength, 0
    lines = list(_find_lines(strength))
    if not lines:
        return strength, 0
    rest = _find_rest(_subtract(strength, [one.levels for one in lines]))
    if rest is None:
        return strength, 0
    chosen = [[rest.lies_within(one, line.upright, single) for one in line.boxes] for line in lines]
    if not any(map(any, chosen)):
        return strength, 0
    taken = [(line, box) for line, which in zip(lines, chosen, strict=True) for box in compress(line.boxes, which)]
    long = sum(_is_long(box, line.upright, strength.shape) for line, box in taken)
    return _take_out(strength, lines, chosen, rest.level), long


def _is_long(box: Box, upright: bool, shape: tuple[int, ...]) -> bool:
    low = 1 if upright else 0
    return box[low + 2] - box[low] > _LONG * (shape[0] if upright else shape[1])


def _find_lines(strength: Gray) -> Iterator[Lines]:
    """Level, dotted and upright candidates, found at half the size in larger pictures."""
    rows, columns = strength.shape
    step = 2 if min(rows, columns) >= _HALVED else 1
    level = max(_SMALLEST, int(min(0.6 * columns, rows)))
    upright = max(_SMALLEST, int(0.6 * rows))
    size = (columns, rows)
    coarse = np.asarray(cv2.dilate(strength, window(3, 3))[::step, ::step], np.uint8)
    opened = np.asarray(cv2.morphologyEx(coarse, cv2.MORPH_OPEN, window(level // step, 1)), np.uint8)
    yield from _label(opened, size, step, upright=False, solid=True)
    dotted = np.where(cv2.dilate(opened, window(1, 5)) > _VISIBLE, np.uint8(0), _find_dots(coarse))
    yield from _label(dotted, size, step, upright=False, solid=False)
    opened = np.asarray(cv2.morphologyEx(coarse, cv2.MORPH_OPEN, window(1, upright // step)), np.uint8)
    yield from _label(opened, size, step, upright=True, solid=True)


def _find_dots(strength: Gray) -> Gray:
    """Rows of dots or dashes, and lines with gaps: what is flat, closed along the row."""
    rows, columns = strength.shape
    flat = cv2.subtract(strength, cv2.morphologyEx(strength, cv2.MORPH_OPEN, window(1, max(3, rows // 10))))
    closed = cv2.morphologyEx(flat, cv2.MORPH_CLOSE, window(max(5, rows // 10), 1))
    wide = window(max(_SMALLEST, int(0.6 * columns)), 1)
    return np.asarray(cv2.morphologyEx(cv2.dilate(closed, window(1, 3)), cv2.MORPH_OPEN, wide), np.uint8)


def _label(opened: Gray, size: tuple[int, int], step: int, *, upright: bool, solid: bool) -> Iterator[Lines]:
    mask = np.asarray(cv2.threshold(opened, _VISIBLE, 1, cv2.THRESH_BINARY)[1], np.uint8)
    if not cv2.countNonZero(mask):
        return
    found, stats, _ = find_components(mask)
    thin = [_is_line(one, upright, (mask.shape[1], mask.shape[0])) for one in stats.tolist()]
    if not any(thin):
        return
    labels = (np.cumsum([0, *thin]) * np.array([0, *thin])).astype(np.int32)[found]
    opened = np.where(labels > 0, opened, np.uint8(0))
    boxes = [(x * step, y * step, (x + w) * step, (y + h) * step) for x, y, w, h, _ in stats[thin].tolist()]
    if step > 1:
        opened = np.repeat(np.repeat(opened, step, 0), step, 1)[: size[1], : size[0]]
        labels = np.repeat(np.repeat(labels, step, 0), step, 1)[: size[1], : size[0]]
    limited = tuple((x0, y0, min(x1, size[0]), min(y1, size[1])) for x0, y0, x1, y1 in boxes)
    yield Lines(upright, solid, opened, labels, limited)


def _is_line(stats: Sequence[int], upright: bool, size: tuple[int, int]) -> bool:
    """Whether a candidate is thin and, where it is level, long enough."""
    _, _, width, height, area = stats
    if upright:
        return area / height <= max(4, min(size) / 12) + 2
    return area / width <= max(4, size[1] / 12) + 2 and (width >= 0.6 * size[0] or width >= 3 * size[1])


def _subtract(strength: Gray, levels: Sequence[Gray]) -> Gray:
    for one in levels:
        strength = np.asarray(cv2.subtract(strength, one), np.uint8)
    return strength


def _find_rest(rest: Gray) -> Rest | None:
    """What is left beside lines; None where that is nothing."""
    strongest = find_level(rest, _STRONGEST)
    mask = np.asarray(cv2.threshold(rest, max(_VISIBLE, _STROKE * strongest), 1, cv2.THRESH_BINARY)[1], np.uint8)
    _, stats, _ = find_components(mask)
    area = stats[:, cv2.CC_STAT_AREA]
    marks = stats[area >= max(3, _SPECK * float(area.max(initial=0)))]
    if not len(marks) or marks[:, cv2.CC_STAT_AREA].sum() < 0.002 * rest.size:
        return None
    x, y, width, height = marks[:, :4].T
    box = int(x.min()), int(y.min()), int((x + width).max()), int((y + height).max())
    return Rest(mask, box, max(float(rest.max()) * 0.3, float(np.median(rest[mask > 0]))))


def _take_out(strength: Gray, lines: Sequence[Lines], chosen: Sequence[Sequence[bool]], ink: float) -> Gray:
    """What is left where lines are taken away and strokes across them are made whole; `ink` is how dark strokes are."""
    drawn = [_sharpen(one, one.draw(which), strength) for one, which in zip(lines, chosen, strict=True)]
    bare = _subtract(strength, drawn)
    level = np.max(drawn, axis=0).astype(np.float32)
    dark = level >= _AS_DARK * ink
    unmixed = np.minimum(bare * (ink / np.maximum(ink - level, 1)), strength).astype(np.uint8)
    rest = np.where(dark, bare, unmixed)
    for one, which, levels in zip(lines, chosen, drawn, strict=True):
        across = (levels > 0) & dark
        if across.any():
            closed = _close(bare, one.upright, _thickness(one, which))
            rest = np.where(across, np.maximum(rest, np.minimum(strength, closed)), rest)
    return rest


def _sharpen(lines: Lines, levels: Gray, strength: Gray) -> Gray:
    """Levels no darker than what is straight for a third of a line's length, so that strokes beside it stay."""
    if not lines.solid or not levels.any():
        return levels
    rows, columns = strength.shape
    shape = window(1, max(7, rows // 5)) if lines.upright else window(max(7, int(min(0.6 * columns, rows)) // 3), 1)
    return np.minimum(levels, np.asarray(cv2.morphologyEx(strength, cv2.MORPH_OPEN, shape), np.uint8))


def _thickness(lines: Lines, chosen: Sequence[bool]) -> int:
    side = 0 if lines.upright else 1
    most = max(box[side + 2] - box[side] for box, taken in zip(lines.boxes, chosen, strict=True) if taken)
    return int(min(most, max(6, lines.levels.shape[0] // 8) + 2)) + 2


def _close(bare: Gray, upright: bool, thickness: int) -> Gray:
    """Strokes that end on both sides of a line, closed across it, be they a little slanted."""
    wide = cv2.dilate(bare, window(1, 3) if upright else window(3, 1))
    shape = window(thickness, 1) if upright else window(1, thickness)
    return np.asarray(cv2.morphologyEx(wide, cv2.MORPH_CLOSE, shape), np.uint8)
