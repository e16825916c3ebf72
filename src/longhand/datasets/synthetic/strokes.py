"""Handwriting drawn from OpenCV's Hershey fonts (A. V. Hershey, Calligraphy for Computers, 1967)."""

from collections.abc import Iterator, Sequence
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from longhand.datasets.png import encode_png
from longhand.datasets.sample import Sample
from longhand.datasets.splits import assign_split
from longhand.tasks import GLYPHS

FONTS = (
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_COMPLEX_SMALL,
    cv2.FONT_ITALIC | cv2.FONT_HERSHEY_SIMPLEX,
)
INK = frozenset(GLYPHS + " .,-'!?:;")
"""What the fonts can draw; other characters would come out as question marks."""


def draw(text: str, random: np.random.Generator, paper: int = 255) -> NDArray[np.uint8]:
    """Draw a text in a random font, weight, slant and wave; dark on light paper, about 64 rows high."""
    font, thickness = int(random.choice(FONTS)), int(random.integers(2, 5))
    size = float(random.uniform(1.3, 1.8))
    (width, height), base = cv2.getTextSize(text, font, size, thickness)
    page = np.full((height + base + 40, width + 80), 255, np.uint8)
    cv2.putText(page, text, (40, 20 + height), font, size, 0, thickness, cv2.LINE_AA)
    ink = int(random.integers(0, 90))
    bent = _bend(page, random)
    return (
        np.asarray(paper - (255 - bent.astype(np.float32)) * (paper - ink) / 255, np.float32)
        .clip(0, 255)
        .astype(np.uint8)
    )


def draw_samples(texts: Sequence[str], count: int, seed: int, name: str = "strokes") -> Iterator[Sample]:
    """Draw `count` pictures of texts chosen evenly; the same seed gives the same pictures."""
    random = np.random.default_rng(seed)
    for i in range(count):
        text = texts[i % len(texts)]
        picture = partial(_draw_file, text, int(random.integers(2**32)))
        group = f"{name}-{i:06}"
        yield Sample(name, group, text, group, assign_split(group, seed), picture)


def _draw_file(text: str, seed: int) -> bytes:
    random = np.random.default_rng(seed)
    return encode_png(draw(text, random, paper=int(random.integers(200, 256))))


def _bend(page: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    """Slant the page and let its baseline wave."""
    rows, columns = page.shape
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    slant, rise = random.uniform(-0.35, 0.35), random.uniform(0, 3)
    wave = rise * np.sin(2 * np.pi * (x / random.uniform(80, 260) + random.random()))
    shifted = x + slant * (y - rows / 2)
    return np.asarray(
        cv2.remap(page, shifted.astype(np.float32), (y + wave).astype(np.float32), cv2.INTER_LINEAR, borderValue=255),
        np.uint8,
    )
