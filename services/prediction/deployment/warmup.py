"""A new version proves that it reads before it serves, and pays its first-time costs then."""

import math

import numpy as np
from numpy.typing import NDArray

from longhand.bundles.errors import BundleError
from longhand.handwriting.images import Picture
from services.prediction.reading.protocols import Recogniser

WIDTHS = (48, 120, 300)


def warm(recogniser: Recogniser) -> None:
    """Read drawn pictures of several widths, alone and in pairs; raises BundleError where an answer is not one."""
    for width in WIDTHS:
        prepared = recogniser.prepare(draw(width))
        for size in (1, 2):
            answers = recogniser.answer([prepared] * size)
            if len(answers) != size or not _sound(recogniser.interpret(answers[-1].logits, prepared).confidence):
                raise BundleError("The model answers with something that is no reading; register it again.")


def draw(width: int) -> Picture:
    """Slanted strokes across a white page."""
    gray: NDArray[np.uint8] = np.full((48, width), 255, np.uint8)
    rows = np.arange(8, 40)
    for left in range(8, width - 16, 16):
        for thickness in range(3):
            gray[rows, left + thickness + (40 - rows) // 6] = 20
    return Picture(gray)


def _sound(confidence: float) -> bool:
    return math.isfinite(confidence) and 0 <= confidence <= 1
