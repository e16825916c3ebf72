"""Distortions that leave a text what it is (elastic: Simard et al., Best Practices for CNNs, 2003)."""

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


def distort_text(pixels: Pixels, random: np.random.Generator, strength: float = 1.0) -> Pixels:
    """Distort a word or line, ink bright on 0, as other writers, pens and papers would: slant, stretch, shift, bend,
    thicken, blur, fade, rule, soil, and a line above or below that reaches in. Keeps the height."""
    rows, columns = pixels.shape
    stretch = float(np.exp(random.normal(0, 0.15 * strength)))
    squash = float(np.exp(random.normal(0, 0.10 * strength)))
    slant = float(random.normal(0, 0.16 * strength))
    turn = float(random.normal(0, 0.008 * strength))
    width = max(8, round(columns * stretch + abs(slant) * rows / 2))
    middle = rows / 2 + random.normal(0, 1.0 * strength)
    matrix = np.array(
        [
            [stretch, -slant, (width - columns * stretch) / 2 + slant * rows / 2],
            [turn, squash, middle - squash * rows / 2 - turn * columns / 2],
        ],
        np.float32,
    )
    bent = _warp(pixels, matrix, width)
    if random.random() < 0.7 * strength:
        bent = _elastic(bent, random, amplitude=1.2 * strength)
    return _paper(_ink(bent, random, strength), random, strength)


def distort_glyph(pixels: Pixels, random: np.random.Generator, strength: float = 1.0) -> Pixels:
    """Distort a single character, ink bright on 0: turn, slant, scale, shift, bend, thicken. Keeps the shape."""
    rows, columns = pixels.shape
    angle = float(random.normal(0, 7 * strength))
    scale = float(np.exp(random.normal(0, 0.08 * strength)))
    matrix = cv2.getRotationMatrix2D((columns / 2, rows / 2), angle, scale)
    matrix[0, 1] += random.normal(0, 0.12 * strength)
    matrix[0, 0] *= np.exp(random.normal(0, 0.07 * strength))
    centre = matrix[:, :2] @ np.array([columns / 2, rows / 2])
    matrix[:, 2] = np.array([columns / 2, rows / 2]) - centre + random.normal(0, 0.9 * strength, 2)
    bent = _warp(pixels, matrix, columns)
    return _elastic(bent, random, amplitude=0.8 * strength) if random.random() < 0.7 * strength else bent


def _warp(pixels: Pixels, matrix: cv2.typing.MatLike, width: int) -> Pixels:
    return np.asarray(cv2.warpAffine(pixels, matrix, (width, pixels.shape[0]), flags=cv2.INTER_LINEAR), np.uint8)


def _elastic(pixels: Pixels, random: np.random.Generator, amplitude: float, cell: int = 10) -> Pixels:
    """Move every point by a smooth random field, `amplitude` pixels strong, that varies over `cell` pixels."""
    rows, columns = pixels.shape
    grid = (max(2, rows // cell + 1), max(2, columns // cell + 1))
    field = random.normal(0, amplitude, (*grid, 2)).astype(np.float32)
    moved = cv2.resize(field, (columns, rows), interpolation=cv2.INTER_CUBIC)
    x = np.arange(columns, dtype=np.float32)[None, :] + moved[..., 0]
    y = np.arange(rows, dtype=np.float32)[:, None] + moved[..., 1]
    return np.asarray(cv2.remap(pixels, x, y, cv2.INTER_LINEAR), np.uint8)


def _ink(pixels: Pixels, random: np.random.Generator, strength: float) -> Pixels:
    """Thicken or thin the strokes, blur, fade and add grain, each now and then."""
    uniform = random.random(4)
    if uniform[0] < 0.3 * strength:
        kernel = np.ones((2, 2), np.uint8)
        heavy = cv2.dilate(pixels, kernel) if random.random() < 0.6 else cv2.erode(pixels, kernel)
        pixels = cv2.addWeighted(pixels, 0.4, heavy, 0.6, 0).astype(np.uint8)
    if uniform[1] < 0.2 * strength:
        pixels = cv2.GaussianBlur(pixels, (3, 3), float(random.uniform(0.3, 0.9))).astype(np.uint8)
    values: NDArray[np.floating] = pixels.astype(np.float32)
    if uniform[2] < 0.4 * strength:
        values = 255 * (values / 255) ** np.float32(np.exp(random.normal(0, 0.35)))
    if uniform[3] < 0.3 * strength:
        values = values + random.normal(0, random.uniform(2, 14), values.shape).astype(np.float32)
    return np.asarray(np.clip(values, 0, 255), np.uint8)


def _paper(pixels: Pixels, random: np.random.Generator, strength: float) -> Pixels:
    """Rule the paper, let another line reach in, soil it, and rub some ink off, each now and then."""
    rows, columns = pixels.shape
    uniform = random.random(4)
    drawn = pixels.copy()
    if uniform[0] < 0.12 * strength:
        _rule(drawn, random)
    if uniform[1] < 0.12 * strength:
        above = int(random.integers(2, 6))
        other = np.roll(
            pixels[-above - 4 : -4] if random.random() < 0.5 else pixels[6 : 6 + above], columns // 3, axis=1
        )
        edge = drawn[:above] if random.random() < 0.5 else drawn[-above:]
        np.maximum(edge, (other * random.uniform(0.4, 1.0)).astype(np.uint8), out=edge)
    if uniform[2] < 0.12 * strength:
        cloud = random.uniform(0, 1, (max(2, rows // 8), max(2, columns // 12))).astype(np.float32)
        stain = cv2.resize(cloud, (columns, rows), interpolation=cv2.INTER_CUBIC) * random.uniform(
            0.3, 1.2, pixels.shape
        )
        drawn = np.maximum(drawn, np.clip(stain * random.uniform(20, 90), 0, 255).astype(np.uint8))
    if uniform[3] < 0.2 * strength:
        for _ in range(1 + columns // 150):
            left, top = int(random.integers(columns)), int(random.integers(rows))
            spot = drawn[top : top + int(random.integers(3, 10)), left : left + int(random.integers(2, 8))]
            spot[...] = (spot * random.uniform(0, 0.6)).astype(np.uint8)
    return np.asarray(drawn, np.uint8)


def _rule(pixels: Pixels, random: np.random.Generator) -> None:
    """Draw a ruled line, or squares."""
    rows, columns = pixels.shape
    shade = int(random.integers(40, 200))
    row = int(random.integers(rows // 2, rows))
    cv2.line(pixels, (0, row), (columns, row + int(random.integers(-2, 3))), shade, 1)
    if random.random() < 0.4:
        step = int(random.integers(14, 40))
        for column in range(int(random.integers(step)), columns, step):
            np.maximum(pixels[:, column], shade // 2, out=pixels[:, column])
