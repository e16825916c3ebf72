"""Pictures that show no writing: drawings, noise and textures, dark on light."""

from collections.abc import Callable, Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Points = NDArray[np.int32]
Draw = Callable[[int, int, np.random.Generator], Pixels]
"""Draws a picture of so many rows and columns."""


def _page(rows: int, columns: int) -> Pixels:
    return np.full((rows, columns), 245, np.uint8)


def _stroke(page: Pixels, points: Points, random: np.random.Generator, closed: bool = False) -> None:
    pen = int(random.integers(2, 5))
    cv2.polylines(
        page, [points.astype(np.int32).reshape(-1, 1, 2)], closed, int(random.integers(0, 90)), pen, cv2.LINE_AA
    )


def _smooth(corners: NDArray[np.float64], count: int = 80) -> Points:
    """A smooth curve near some points (points, 2), x and y."""
    at = np.linspace(0, len(corners) - 1, count)
    curve = np.stack([np.interp(at, np.arange(len(corners)), corners[:, axis]) for axis in (0, 1)], axis=1)
    return np.asarray(np.rint(cv2.blur(curve.astype(np.float32), (1, max(3, count // 8)))), np.int32)


def _within(rows: int, columns: int, count: int, random: np.random.Generator) -> NDArray[np.float64]:
    return random.uniform((8, 8), (columns - 8, rows - 8), (count, 2))


def draw_scribble(rows: int, columns: int, random: np.random.Generator) -> Pixels:
    """A line that runs to and fro."""
    page = _page(rows, columns)
    for _ in range(int(random.integers(1, 4))):
        _stroke(page, _smooth(_within(rows, columns, int(random.integers(4, 14)), random)), random)
    return page


def draw_ovals(rows: int, columns: int, random: np.random.Generator) -> Pixels:
    """Rings of any size, some through others."""
    page = _page(rows, columns)
    for x, y in _within(rows, columns, int(random.integers(2, 7)), random).astype(int).tolist():
        axes = tuple(random.integers(4, max(6, rows // 2), 2).tolist())
        cv2.ellipse(
            page, (x, y), axes, float(random.uniform(0, 180)), 0, 360, int(random.integers(0, 90)), 2, cv2.LINE_AA
        )
    return page


def draw_hatching(rows: int, columns: int, random: np.random.Generator) -> Pixels:
    """Strokes side by side, in one direction or two."""
    page = _page(rows, columns)
    for _ in range(int(random.integers(1, 3))):
        step, lean = int(random.integers(5, 14)), int(random.integers(-rows, rows))
        for x in range(8, columns - 8, step):
            _stroke(page, np.array([[x, 8], [np.clip(x + lean, 0, columns), rows - 8]]), random)
    return page


def draw_star(rows: int, columns: int, random: np.random.Generator) -> Pixels:
    """Stars side by side."""
    page, size = _page(rows, columns), rows / 2 - 8
    for x in np.arange(rows / 2, max(columns - size, rows / 2 + 1), random.uniform(1.1, 2) * rows):
        count, inner = int(random.integers(4, 8)), random.uniform(0.3, 0.6)
        turn = np.pi * np.arange(2 * count) / count + random.uniform(0, 6)
        reach = size * np.where(np.arange(2 * count) % 2, inner, 1.0)
        _stroke(
            page, np.stack([x + reach * np.cos(turn), rows / 2 + reach * np.sin(turn)], axis=1), random, closed=True
        )
    return page


def draw_house(rows: int, columns: int, random: np.random.Generator) -> Pixels:
    """A child's house, a door in it and a sun beside it where there is room."""
    page, wide = _page(rows, columns), min(columns - 16, int(rows * random.uniform(0.7, 1.1)))
    left, eaves, foot = int(random.integers(8, columns - wide - 7)), int(rows * random.uniform(0.4, 0.55)), rows - 8
    corners = [[left, foot], [left, eaves], [left + wide // 2, 8], [left + wide, eaves], [left + wide, foot]]
    _stroke(page, np.array(corners), random, closed=True)
    _stroke(page, np.array([[left, eaves], [left + wide, eaves]]), random)
    door = left + int(wide * random.uniform(0.2, 0.6))
    _stroke(page, np.array([[door, foot], [door, foot - 16], [door + 10, foot - 16], [door + 10, foot]]), random)
    if columns - left - wide > rows:
        cv2.circle(page, (left + wide + rows // 2, rows // 3), rows // 5, int(random.integers(0, 90)), 2, cv2.LINE_AA)
    return page


def draw_spiral(rows: int, columns: int, random: np.random.Generator) -> Pixels:
    """A spiral, drawn long where the page is."""
    page, turns = _page(rows, columns), random.uniform(2, 5)
    angle = np.linspace(0, 2 * np.pi * turns, 300)
    reach = angle / angle[-1]
    x = columns / 2 + (columns / 2 - 8) * reach * np.cos(angle)
    _stroke(page, np.stack([x, rows / 2 + (rows / 2 - 8) * reach * np.sin(angle)], axis=1), random)
    return page


def draw_smiley(rows: int, columns: int, random: np.random.Generator) -> Pixels:
    """A face of a ring, two eyes and a mouth."""
    page, ink = _page(rows, columns), int(random.integers(0, 90))
    x, y, size = int(random.integers(rows // 2, max(rows // 2 + 1, columns - rows // 2))), rows // 2, rows // 2 - 8
    cv2.circle(page, (x, y), size, ink, 2, cv2.LINE_AA)
    for side in (-1, 1):
        cv2.circle(page, (x + side * size // 3, y - size // 4), int(random.integers(2, 6)), ink, -1, cv2.LINE_AA)
    smile = random.choice([0, 180])
    cv2.ellipse(
        page, (x, y + size // 4), (size // 2, size // 3), 0, float(smile), float(smile + 180), ink, 2, cv2.LINE_AA
    )
    return page


def draw_graph(rows: int, columns: int, random: np.random.Generator) -> Pixels:
    """A curve between two axes with arrows."""
    page = _page(rows, columns)
    cv2.arrowedLine(page, (10, rows - 10), (columns - 8, rows - 10), 40, 2, cv2.LINE_AA, 0, 0.08)
    cv2.arrowedLine(page, (10, rows - 10), (10, 8), 40, 2, cv2.LINE_AA, 0, 0.12)
    x = np.linspace(12, columns - 12, 9)
    _stroke(page, _smooth(np.stack([x, random.uniform(10, rows - 14, 9)], axis=1)), random)
    return page


def draw_grain(rows: int, columns: int, random: np.random.Generator) -> Pixels:
    """Gray noise, fine or coarse."""
    noise = random.normal(150, 60, (rows, columns)).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(noise, (0, 0), float(random.uniform(0.3, 3))).clip(0, 255), np.uint8)


def draw_specks(rows: int, columns: int, random: np.random.Generator) -> Pixels:
    """Dark specks of one or a few pixels."""
    page = _page(rows, columns)
    page[random.random((rows, columns)) < random.uniform(0.003, 0.1)] = int(random.integers(0, 90))
    return np.asarray(cv2.erode(page, np.ones((int(random.integers(1, 4)),) * 2, np.uint8)), np.uint8)


def draw_clouds(rows: int, columns: int, random: np.random.Generator) -> Pixels:
    """Blots with soft edges."""
    noise = cv2.GaussianBlur(
        random.normal(0, 1, (rows, columns)).astype(np.float32), (0, 0), float(random.uniform(4, 10))
    )
    return np.asarray(np.interp(noise / noise.std(), (0.3, 1.2), (245, 40)), np.uint8)


def draw_waves(rows: int, columns: int, random: np.random.Generator) -> Pixels:
    """A grating at any angle."""
    y, x = np.mgrid[:rows, :columns]
    angle, length = random.uniform(0, np.pi), random.uniform(6, 30)
    wave = np.sin(2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / length)
    return np.asarray(150 + 95 * wave, np.uint8)


def draw_squares(rows: int, columns: int, random: np.random.Generator) -> Pixels:
    """A chessboard."""
    size = int(random.integers(4, 20))
    y, x = np.mgrid[:rows, :columns] // size
    return np.where((x + y) % 2, 245, int(random.integers(0, 90))).astype(np.uint8)


def draw_dots(rows: int, columns: int, random: np.random.Generator) -> Pixels:
    """Rows of dots that swell and shrink, as print shows a shade."""
    step = int(random.integers(6, 14))
    y, x = np.mgrid[:rows, :columns]
    shade = 0.5 + 0.4 * np.sin(2 * np.pi * x / columns * random.uniform(0.5, 3))
    far = np.hypot(x % step - step / 2, y % step - step / 2)
    return np.where(far < shade * step / 2, 30, 245).astype(np.uint8)


def draw_wood(rows: int, columns: int, random: np.random.Generator) -> Pixels:
    """Grain that runs along a board."""
    noise = cv2.GaussianBlur(random.normal(0, 1, (rows, columns)).astype(np.float32), (0, 0), 24, sigmaY=1.2)
    return np.asarray((170 + 45 * noise / noise.std()).clip(0, 255), np.uint8)


FIGURES: Mapping[str, Draw] = {
    "star": draw_star,
    "house": draw_house,
    "spiral": draw_spiral,
    "smiley": draw_smiley,
    "graph": draw_graph,
    "specks": draw_specks,
    "clouds": draw_clouds,
    "squares": draw_squares,
    "dots": draw_dots,
    "wood": draw_wood,
}
"""What is measured on."""

OTHER_FIGURES: Mapping[str, Draw] = {
    "scribble": draw_scribble,
    "ovals": draw_ovals,
    "hatching": draw_hatching,
    "grain": draw_grain,
    "waves": draw_waves,
}
"""What guards are calibrated on, none of which is measured on."""
