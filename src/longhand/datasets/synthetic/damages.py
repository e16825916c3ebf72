"""What paper, pens and cameras do to a picture of handwriting: for training, beside the conditions that are measured.

Each takes the gray of a picture, dark ink on light paper, as numbers in 0..255, and leaves the text what it is.
"""

from collections.abc import Callable, Mapping

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

Levels = NDArray[np.float32]
Damage = Callable[[Levels, np.random.Generator], Levels]


def stain(levels: Levels, random: np.random.Generator) -> Levels:
    """A few round stains with darker edges, as of cups and fingers."""
    rows, columns = levels.shape
    light = np.ones(levels.shape, np.float32)
    for _ in range(int(random.integers(1, 4))):
        centre = int(random.integers(columns)), int(random.integers(rows))
        radius, dim = int(rows * random.uniform(0.15, 0.7)), float(random.uniform(0.75, 0.95))
        spot = cv2.circle(np.ones_like(light), centre, radius, dim, -1)
        light *= np.asarray(cv2.circle(spot, centre, radius, dim * 0.93, max(1, rows // 40)), np.float32)
    return _as_levels(levels * cv2.GaussianBlur(light, (0, 0), max(1.0, rows / 40)))


def bleed(levels: Levels, random: np.random.Generator) -> Levels:
    """Ink of the page's other side shows through, mirrored and blurred."""
    paper = _paper(levels)
    behind = np.roll(levels[:, ::-1], (int(random.integers(len(levels))), int(random.integers(40))), axis=(0, 1))
    faint = (paper - cv2.GaussianBlur(behind, (0, 0), max(1.0, len(levels) / 48))) * float(random.uniform(0.1, 0.35))
    return _as_levels(np.minimum(levels, paper - np.maximum(faint, 0)))


def tilt(levels: Levels, random: np.random.Generator) -> Levels:
    """The page lies askew: up to six degrees for short pictures, less for long lines."""
    rows, columns = levels.shape
    most = min(6.0, float(np.degrees(np.arctan(0.8 * rows / columns))))
    turn = cv2.getRotationMatrix2D((columns / 2, rows / 2), float(random.uniform(-most, most)), 1)
    sine, cosine = abs(turn[0, 1]), abs(turn[0, 0])
    size = int(columns * cosine + rows * sine) + 1, int(columns * sine + rows * cosine) + 1
    turn[:, 2] += (size[0] - columns) / 2, (size[1] - rows) / 2
    return _as_levels(cv2.warpAffine(levels, turn, size, borderValue=_paper(levels)))


def look_askance(levels: Levels, random: np.random.Generator) -> Levels:
    """The camera looks at the page from one side: perspective."""
    rows, columns = levels.shape
    corners = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
    pull = random.uniform(0, 0.15, (4, 2)) * (min(columns, 3 * rows), rows)
    inward = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    view = cv2.getPerspectiveTransform(corners, (corners + inward * pull).astype(np.float32))
    return _as_levels(cv2.warpPerspective(levels, view, (columns, rows), borderValue=_paper(levels)))


def blur(levels: Levels, random: np.random.Generator) -> Levels:
    """Out of focus, or the camera moved along the line."""
    reach = max(1.0, len(levels) / 64) * float(random.uniform(0.6, 1.6))
    if random.random() < 0.6:
        return _as_levels(cv2.GaussianBlur(levels, (0, 0), reach))
    return _as_levels(cv2.blur(levels, (2 * round(reach) + 1, 1)))


def compress(levels: Levels, random: np.random.Generator) -> Levels:
    """Saved as JPEG of low quality."""
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(12, 45))]
    _, saved = cv2.imencode(".jpg", levels.clip(0, 255).astype(np.uint8), quality)
    return np.asarray(cv2.imdecode(saved, cv2.IMREAD_GRAYSCALE), np.float32)


def change_pen(levels: Levels, random: np.random.Generator) -> Levels:
    """Another pen: strokes thicker or thinner, by up to two pixels where the picture has 64 rows."""
    size = 2 + round(len(levels) / 64 * float(random.uniform(0.3, 1.4)))
    pen = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    if random.random() < 0.65:
        return _as_levels(cv2.addWeighted(levels, 0.4, cv2.erode(levels, pen), 0.6, 0))
    return _as_levels(cv2.addWeighted(levels, 0.65, cv2.dilate(levels, pen), 0.35, 0))


def fade(levels: Levels, random: np.random.Generator) -> Levels:
    """Ink that runs dry along the line, on paper that has yellowed."""
    columns = levels.shape[1]
    knots = random.uniform(0.5, 1, (1, max(2, columns // 80))).astype(np.float32)
    strength = cv2.resize(knots, (columns, 1), interpolation=cv2.INTER_LINEAR)
    paper = _paper(levels)
    return _as_levels((paper - (paper - levels) * strength) * float(random.uniform(0.7, 1)))


def grain(levels: Levels, random: np.random.Generator) -> Levels:
    """Rough paper: noise of the size of fibres, and of the camera."""
    rows, columns = levels.shape
    fibres = random.normal(0, random.uniform(3, 10), (max(2, rows // 3), max(2, columns // 3))).astype(np.float32)
    rough = cv2.resize(fibres, (columns, rows), interpolation=cv2.INTER_CUBIC)
    return _as_levels(levels + rough + random.normal(0, 3, levels.shape))


DAMAGES: Mapping[str, Damage] = {
    "stain": stain,
    "bleed": bleed,
    "tilt": tilt,
    "perspective": look_askance,
    "blur": blur,
    "jpeg": compress,
    "pen": change_pen,
    "fade": fade,
    "grain": grain,
}
"""The damages by name."""


def reach_in(levels: Levels, other: Levels, random: np.random.Generator) -> Levels:
    """Another line of writing, as high as this, reaches in from above or from below by a tenth to a third."""
    rows, columns = levels.shape
    written = _crop(_paper(other) - other)
    size = max(1, round(written.shape[1] * rows / len(written))), rows
    line = cv2.resize(written, size, interpolation=cv2.INTER_AREA)
    start = int(random.integers(size[0]))
    depth = np.tile(line, (1, columns // size[0] + 2))[:, start : start + columns]
    reach = max(1, int(rows * random.uniform(0.1, 0.33)))
    drawn = levels.copy()
    if random.random() < 0.5:
        drawn[:reach] -= depth[-reach:]
    else:
        drawn[-reach:] -= depth[:reach]
    return np.maximum(drawn, float(levels.min()))


def _crop(depth: Levels) -> Levels:
    """The part of a picture where ink is, by how far it is darker than the paper."""
    depth = depth.clip(0, 255)
    ink = depth > max(24.0, 0.4 * float(depth.max()))
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return depth[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if len(rows) else depth


def _paper(levels: Levels) -> float:
    return float(np.percentile(levels, 85))


def _as_levels(values: ArrayLike) -> Levels:
    return np.asarray(values, np.float32)
