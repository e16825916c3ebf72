"""The marks of a picture, and which of them are the writing that is to be read."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.components import find_components
from longhand.handwriting.ink.levels import Gray
from longhand.handwriting.ink.paper import Box

Doubles = NDArray[np.float64]
Choice = NDArray[np.bool_]

_SPECK = 0.02
_FEWEST = 3
_CORE = 0.35
_OVERLAP = 0.15
_TABLE = 256


@dataclass(frozen=True)
class Marks:
    """Connected strokes: `mask` is 1 on them, `labels` says to which of them, counted from 1, each pixel belongs. The
    rest has one entry for each: its box x0, y0, x1, y1, its area in pixels, its centre, and whether it is more than a
    speck."""

    mask: Gray
    labels: NDArray[np.integer]
    boxes: Doubles
    area: Doubles
    centres: Doubles
    plain: Choice

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the picture."""
        return int(self.labels.shape[0]), int(self.labels.shape[1])

    @property
    def ends(self) -> tuple[Choice, Choice]:
        """Which of them touch the upper, and the lower border."""
        return self.boxes[:, 1] <= 1, self.boxes[:, 3] >= self.shape[0] - 1

    def draw(self, chosen: Choice, box: Box | None = None) -> Gray:
        """1 where a chosen mark is, else 0, in the whole picture or a box."""
        x0, y0, x1, y1 = box or (0, 0, *self.shape[::-1])
        if chosen.all():
            return self.mask[y0:y1, x0:x1]
        labels = self.labels[y0:y1, x0:x1]
        if len(chosen) >= _TABLE:
            return np.take(np.append(np.uint8(0), chosen.astype(np.uint8)), labels)
        table = np.zeros(_TABLE, np.uint8)
        table[1 : 1 + len(chosen)] = chosen
        return np.asarray(cv2.LUT(labels.astype(np.uint8), table), np.uint8)

    def enclose(self, chosen: Choice) -> Box:
        """The box around those that are chosen."""
        boxes = self.boxes[chosen]
        return int(boxes[:, 0].min()), int(boxes[:, 1].min()), int(boxes[:, 2].max()), int(boxes[:, 3].max())


@dataclass(frozen=True)
class Writing:
    """Which marks are the writing, and which are none of it: `foreign` come from outside the picture, `others` are
    further rows. Specks are neither."""

    kept: Choice
    foreign: Choice
    others: Choice


def find_marks(mask: Gray) -> Marks:
    """The marks of a mask that is 1 on strokes."""
    labels, stats, centres = find_components(mask)
    sizes = stats.astype(np.float64)
    area = sizes[:, cv2.CC_STAT_AREA]
    boxes = np.concatenate([sizes[:, :2], sizes[:, :2] + sizes[:, 2:4]], axis=1)
    plain = area >= max(_FEWEST, _SPECK * float(area.max(initial=0)))
    return Marks(mask, labels, boxes, area, centres, plain)


def keep_all(marks: Marks) -> Writing:
    """All but specks."""
    nothing = np.zeros_like(marks.plain)
    return Writing(marks.plain, nothing, nothing)


def choose_glyph(marks: Marks) -> Writing:
    """A glyph that lies free in its picture, without what touches the border far from the middle."""
    rows, columns = marks.shape
    boxes, every = marks.boxes, keep_all(marks)
    free = (boxes[:, :2] > 1).all(axis=1) & (boxes[:, 2:] < (columns - 1, rows - 1)).all(axis=1) & marks.plain
    if not free.any() or marks.area[free].max() < 0.25 * marks.area[marks.plain].max():
        return every
    places = marks.centres / (columns, rows)
    central = ((places > 0.3) & (places < 0.7)).all(axis=1)
    foreign = marks.plain & ~free & ~central
    return replace(every, kept=marks.plain & ~foreign, foreign=foreign)


def choose_text(marks: Marks) -> Writing:
    """The row of writing that has most ink, without what reaches into the picture from rows above and below."""
    touching = marks.ends[0] | marks.ends[1]
    if not touching.any() and _is_one_row(marks):
        return keep_all(marks)
    inner = marks.plain & ~touching
    if marks.area[inner].sum() < 0.3 * marks.area[marks.plain].sum():
        inner = marks.plain
    drop = _measure_drop(marks, marks.plain)
    middles = marks.centres[:, 1] - drop
    profile, offset = _project(marks, inner, drop)
    start, end = _find_row(profile, offset, middles, marks.area * inner)
    others = _find_others(marks, inner, middles, (start, end))
    foreign = _find_foreign(marks, marks.plain & ~others, drop, _find_core(profile, offset, start, end))
    kept = marks.plain & ~others & ~foreign
    return Writing(kept, foreign, others) if kept.any() else keep_all(marks)


def _is_one_row(marks: Marks) -> bool:
    """Whether one mark is so high that there is no room for another row."""
    boxes = marks.boxes[marks.plain]
    return bool((boxes[:, 3] - boxes[:, 1]).max() >= 2 / 3 * np.ptp(boxes[:, 1::2]))


def _measure_drop(marks: Marks, chosen: Choice) -> Doubles:
    """How far each mark lies below the middle of a line that slopes; 0 for short words, and few marks."""
    rows, columns = marks.shape
    if columns <= 3 * rows or np.count_nonzero(chosen) <= 4:
        return np.zeros(len(marks.area))
    weights = marks.area * chosen / marks.area[chosen].sum()
    x, y = (marks.centres - weights @ marks.centres).T
    slope = float(np.clip(weights @ (x * y) / max(weights @ (x * x), 1.0), -0.15, 0.15))
    return np.asarray(slope * (marks.centres[:, 0] - columns / 2), np.float64)


def _project(marks: Marks, chosen: Choice, drop: Doubles) -> tuple[Doubles, int]:
    """How much ink is in each row, smoothed, once the line is level; and how many rows were added above."""
    rows = marks.shape[0]
    offset = int(np.abs(drop).max(initial=0)) + 1
    size = rows + 2 * offset
    top = np.clip(np.rint(marks.boxes[:, 1] - drop + offset), 0, size - 1).astype(int)
    bottom = np.maximum(np.clip(np.rint(marks.boxes[:, 3] - drop + offset), 0, size).astype(int), top + 1)
    density = marks.area * chosen / (bottom - top)
    steps = np.bincount(top, density, size + 1) - np.bincount(bottom, density, size + 1)
    sigma = max(1.0, 0.06 * rows)
    profile = np.cumsum(steps)[:size].reshape(-1, 1)
    smooth = cv2.GaussianBlur(profile, (1, 0), sigmaX=1, sigmaY=sigma, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(smooth, np.float64).ravel(), offset


def _find_row(profile: Doubles, offset: int, middles: Doubles, area: Doubles) -> tuple[float, float]:
    """Where the row with most ink begins and ends; a row is parted from the next by less than half of its ink."""
    edges = _part(profile)
    places = np.searchsorted(edges, middles + offset, "right")
    mass = np.bincount(places, area, len(edges) + 1)
    best = int(mass.argmax())
    limits = [-np.inf, *(edges - offset), np.inf]
    return float(limits[best]), float(limits[best + 1])


def _find_others(marks: Marks, inner: Choice, middles: Doubles, row: tuple[float, float]) -> Choice:
    """The marks of rows above and below; dots and accents, which are less than half as high, are no row."""
    above, below = inner & (middles < row[0]), inner & (middles >= row[1])
    height = _measure_height(marks, inner & ~above & ~below)
    others = np.zeros_like(inner)
    for side in (above, below):
        if _measure_height(marks, side) >= 0.5 * height:
            others |= side
    return others


def _measure_height(marks: Marks, chosen: Choice) -> float:
    return float(np.ptp(marks.boxes[chosen][:, 1::2])) if chosen.any() else 0.0


def _part(profile: Doubles) -> NDArray[np.int64]:
    """The rows at which one row of writing ends and the next begins."""
    inner = profile[1:-1]
    peaks = 1 + np.flatnonzero((inner >= profile[:-2]) & (inner > profile[2:]) & (inner >= _CORE * profile.max()))
    edges: list[int] = []
    last = int(peaks[0]) if len(peaks) else 0
    for peak in peaks[1:].tolist():
        valley = last + int(profile[last:peak].argmin())
        if profile[valley] <= 0.5 * min(profile[last], profile[peak]):
            edges.append(valley)
            last = peak
        elif profile[peak] > profile[last]:
            last = peak
    return np.array(edges, np.int64)


def _find_core(profile: Doubles, offset: int, start: float, end: float) -> tuple[float, float]:
    """The rows around the inkiest that have at least a third as much ink."""
    first, last = int(max(start + offset, 0)), int(min(end + offset, len(profile)))
    peak = first + int(profile[first:last].argmax())
    weak = np.flatnonzero(profile < _CORE * profile[peak])
    place = int(np.searchsorted(weak, peak))
    above = int(weak[place - 1]) + 1 if place else 0
    below = int(weak[place]) if place < len(weak) else len(profile)
    return float(above - offset), float(below - offset)


def _find_foreign(marks: Marks, chosen: Choice, drop: Doubles, core: tuple[float, float]) -> Choice:
    """Marks that touch the upper or lower border outside the core, and what lies no farther in than they.

    Where the writing itself touches the border, the picture is a tight crop: there it takes three of them.
    """
    slack = _OVERLAP * (core[1] - core[0])
    above, below = marks.boxes[:, 3] - drop < core[0] + slack, marks.boxes[:, 1] - drop > core[1] - slack
    upper, lower = marks.ends
    free = not (chosen & ~above & ~below & (upper | lower)).any()
    foreign = np.zeros_like(chosen)
    for end, outer, reach in ((upper, above, marks.boxes[:, 3]), (lower, below, -marks.boxes[:, 1])):
        cut = chosen & end & outer
        if cut.any() and (free or np.count_nonzero(cut) >= 3):
            foreign |= chosen & outer & (reach <= reach[cut].max())
    return foreign
