"""Everyday conditions: what happens to a picture of handwriting before a reader gets it.

A condition adds what is not part of the text (lines, shadows, neighbours) or takes quality away; the text stays what
it is. All are for dark ink on light paper, and first lay the picture on a sheet with a margin, as a person crops it.
"""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Levels = NDArray[np.float32]
_GLYPH = 112


@dataclass(frozen=True)
class Sheet:
    """A picture on paper that reaches `margin` pixels beyond it: `levels` of gray in 0..255, rows × columns, those of
    the `paper` in the margin. Printed lines are multiples of `pen` pixels thick."""

    levels: Levels
    margin: int
    pen: int
    paper: float


Condition = Callable[[Sheet, np.random.Generator], Levels]


def lay(gray: Pixels) -> Sheet:
    """Lay a picture on a sheet; the brightest tenth of it is taken for paper."""
    rows = gray.shape[0]
    margin, paper = max(4, rows // 4), float(np.percentile(gray, 90))
    levels = np.pad(gray.astype(np.float32), margin, constant_values=paper)
    return Sheet(levels, margin, max(1, rows // 32), paper)


def spoil(gray: Pixels, name: str, random: np.random.Generator) -> Pixels:
    """A picture under a condition of CONDITIONS; the sizes differ. Raises KeyError for an unknown name."""
    return np.rint(np.clip(CONDITIONS[name](lay(gray), random), 0, 255)).astype(np.uint8)


def enlarge_glyph(gray: Pixels) -> Pixels:
    """A single character of a data set as a camera would show it: dark on light, its longer side 112 pixels."""
    scale = _GLYPH / max(gray.shape)
    drawn = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return np.asarray(255 - drawn if np.median(gray) < 128 else drawn, np.uint8)


def seed(name: str, place: int) -> np.random.Generator:
    """The generator for the picture at a place of a sample: its condition does not depend on other pictures, or on
    which other conditions are tried."""
    return np.random.default_rng([place, zlib.crc32(name.encode())])


def _plain(sheet: Sheet, random: np.random.Generator) -> Levels:
    return sheet.levels


def _form_cell(sheet: Sheet, random: np.random.Generator) -> Levels:
    outside = int(random.integers(1, sheet.margin // 2 + 1))
    inside = outside + sheet.pen * int(random.integers(1, 3))
    frame = np.zeros(sheet.levels.shape, bool)
    frame[outside:-outside, outside:-outside] = True
    frame[inside:-inside, inside:-inside] = False
    return np.where(frame, np.float32(random.uniform(20, 110)), sheet.levels)


def _edge_line(sheet: Sheet, random: np.random.Generator) -> Levels:
    return _border(sheet, random, int(random.integers(4)), count=1)


def _corner(sheet: Sheet, random: np.random.Generator) -> Levels:
    return _border(sheet, random, int(random.integers(4)), count=2)


def _border(sheet: Sheet, random: np.random.Generator, first: int, count: int) -> Levels:
    """Draw so many of the picture's sides, one after another around it."""
    drawn = sheet.levels.copy()
    thick, ink = sheet.pen * int(random.integers(1, 4)), random.uniform(10, 100)
    for side in range(first, first + count):
        np.rot90(drawn, side)[:thick] = ink
    return drawn


def _fill_in_line(sheet: Sheet, random: np.random.Generator) -> Levels:
    drawn, pen = sheet.levels.copy(), sheet.pen
    below, ink = int(random.integers(2, sheet.margin)), random.uniform(30, 130)
    line = drawn[-below - pen : -below, below:-below]
    dots = np.arange(line.shape[1]) // (2 * pen) % 2 == 0
    line[:, dots | (random.random() > 0.4)] = ink
    return drawn


def _ruled(sheet: Sheet, random: np.random.Generator) -> Levels:
    drawn = sheet.levels.copy()
    step = max(6, int(random.uniform(0.3, 0.9) * len(drawn)))
    _rule(drawn, step, int(random.integers(1, step)), sheet.pen, random.uniform(110, 225))
    return drawn


def _squared(sheet: Sheet, random: np.random.Generator) -> Levels:
    drawn, shade = sheet.levels.copy(), random.uniform(150, 225)
    step = max(8, int(random.uniform(0.2, 0.45) * len(drawn)))
    for lines in (drawn, drawn.T):
        _rule(lines, step, int(random.integers(step)), sheet.pen, shade)
    return drawn


def _rule(levels: Levels, step: int, start: int, pen: int, shade: float) -> None:
    """Print lines across, no row of them brighter than `shade`."""
    printed = (np.arange(len(levels)) - start) % step < pen
    printed[:start] = False
    levels[printed] = np.minimum(levels[printed], shade)


def _half_shadow(sheet: Sheet, random: np.random.Generator) -> Levels:
    across = np.linspace(0, 1, sheet.levels.shape[1])
    turn = random.choice([-1, 1]) * (across - random.uniform(0.3, 0.7)) / random.uniform(0.01, 0.1)
    lit = 1 / (1 + np.exp(np.clip(turn, -50, 50)))
    deepest = random.uniform(0.45, 0.9)
    return _shade(sheet, deepest + (1 - deepest) * lit)


def _slope(sheet: Sheet, random: np.random.Generator) -> Levels:
    light = np.linspace(1, random.uniform(0.35, 0.8), sheet.levels.shape[1])
    return _shade(sheet, light if random.random() < 0.5 else light[::-1])


def _shade(sheet: Sheet, light: NDArray[np.float64]) -> Levels:
    """Dim a sheet by its columns' light, in 0..1."""
    return sheet.levels * light.astype(np.float32)


def _dark_desk(sheet: Sheet, random: np.random.Generator) -> Levels:
    rows, columns = sheet.levels.shape
    around, dark = int(random.uniform(0.2, 0.8) * rows), random.uniform(0.2, 0.6) * sheet.paper
    desk = random.normal(dark, 6, (rows + 2 * around, columns + 2 * around)).astype(np.float32)
    desk[around : around + rows, around : around + columns] = sheet.levels
    return desk


def _neighbours(sheet: Sheet, random: np.random.Generator) -> Levels:
    """A box cut from a page brings along descenders of the line above and ascenders of the line below."""
    drawn, margin = sheet.levels.copy(), sheet.margin
    written = drawn[margin:-margin].copy()
    reach = int(random.uniform(0.12, 0.3) * len(drawn))
    above, below = (
        np.roll(part, int(random.integers(drawn.shape[1])), axis=1) for part in (written[-reach:], written[:reach])
    )
    drawn[:reach] = np.minimum(drawn[:reach], above)
    drawn[-reach:] = np.minimum(drawn[-reach:], below)
    return drawn


def _pencil(sheet: Sheet, random: np.random.Generator) -> Levels:
    faint = sheet.paper + (sheet.levels - sheet.paper) * random.uniform(0.15, 0.4)
    return np.asarray(faint + random.normal(0, 3, faint.shape), np.float32)


def _photo(sheet: Sheet, random: np.random.Generator) -> Levels:
    """Held a little askew, unevenly lit, grainy, saved as JPEG."""
    rows, columns = sheet.levels.shape
    askew = cv2.getRotationMatrix2D((columns / 2, rows / 2), float(random.uniform(-4, 4)), 1)
    turned = cv2.warpAffine(sheet.levels, askew, (columns, rows), borderValue=sheet.paper)
    lamps = random.uniform(0.6, 1, (2, 3)).astype(np.float32)
    lit = turned * cv2.resize(lamps, (columns, rows), interpolation=cv2.INTER_CUBIC)
    seen = np.clip(lit + random.normal(0, 5, lit.shape), 0, 255).astype(np.uint8)
    _, saved = cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(30, 70))])
    return np.asarray(cv2.imdecode(saved, cv2.IMREAD_GRAYSCALE), np.float32)


def _small(sheet: Sheet, random: np.random.Generator) -> Levels:
    factor = random.uniform(14, 22) / len(sheet.levels)
    return np.asarray(cv2.resize(sheet.levels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.float32)


CONDITIONS: Mapping[str, Condition] = {
    "plain": _plain,
    "form-cell": _form_cell,
    "edge-line": _edge_line,
    "corner": _corner,
    "fill-in-line": _fill_in_line,
    "ruled": _ruled,
    "squared": _squared,
    "half-shadow": _half_shadow,
    "slope": _slope,
    "dark-desk": _dark_desk,
    "neighbours": _neighbours,
    "pencil": _pencil,
    "photo": _photo,
    "small": _small,
}
"""The conditions by name. `plain` is what the others are compared with; `small` is barely legible to people."""
