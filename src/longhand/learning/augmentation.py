"""Distortions that leave a text what it is (elastic: Simard et al., Best Practices for CNNs, 2003)."""

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


def distort_text(pixels: Pixels, random: np.random.Generator, strength: float = 1.0) -> Pixels:
    """Distort a word or line, ink bright on 0: slant, stretch, shift, bend, thicken, blur, fade. Keeps the height."""
    rows, columns = pixels.shape
    stretch = float(np.exp(random.normal(0, 0.12 * strength)))
    squash = float(np.exp(random.normal(0, 0.07 * strength)))
    slant = float(random.normal(0, 0.18 * strength))
    turn = float(random.normal(0, 0.008 * strength))
    width = max(8, round(columns * stretch + abs(slant) * rows / 2))
    middle = rows / 2 + random.normal(0, 0.8 * strength)
    matrix = np.array(
        [
            [stretch, -slant, (width - columns * stretch) / 2 + slant * rows / 2],
            [turn, squash, middle - squash * rows / 2 - turn * columns / 2],
        ],
        np.float32,
    )
    bent = _warp(pixels, matrix, width)
    if random.random() < 0.7 * strength:
        bent = _elastic(bent, random, amplitude=1.1 * strength)
    return _ink(bent, random, strength)


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
    chance = random.random(4)
    if chance[0] < 0.3 * strength:
        kernel = np.ones((2, 2), np.uint8)
        heavy = cv2.dilate(pixels, kernel) if random.random() < 0.6 else cv2.erode(pixels, kernel)
        pixels = cv2.addWeighted(pixels, 0.4, heavy, 0.6, 0).astype(np.uint8)
    if chance[1] < 0.2 * strength:
        pixels = cv2.GaussianBlur(pixels, (3, 3), float(random.uniform(0.3, 0.9))).astype(np.uint8)
    values: NDArray[np.floating] = pixels.astype(np.float32)
    if chance[2] < 0.4 * strength:
        values = 255 * (values / 255) ** np.float32(np.exp(random.normal(0, 0.35)))
    if chance[3] < 0.3 * strength:
        values = values + random.normal(0, random.uniform(2, 14), values.shape).astype(np.float32)
    return np.asarray(np.clip(values, 0, 255), np.uint8)
