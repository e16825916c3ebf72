"""Pictures to send: a word in script, and a scribble."""

from pathlib import Path

import cv2
import numpy as np


def picture(file: Path, text: str) -> Path:
    """A word in Hershey script, as PNG."""
    drawn = np.full((120, 80 + 45 * len(text)), 255, np.uint8)
    cv2.putText(drawn, text, (30, 80), cv2.FONT_HERSHEY_SCRIPT_COMPLEX, 2, 20, 3, cv2.LINE_AA)
    cv2.imwrite(str(file), drawn)
    return file


def scribble(number: int) -> bytes:
    """Strokes that mean nothing, as PNG."""
    noise = np.random.default_rng(number)
    drawn = np.full((160, 160), 255, np.uint8)
    cv2.polylines(drawn, [noise.integers(20, 140, (9, 1, 2)).astype(np.int32)], False, 20, 5, cv2.LINE_AA)
    return cv2.imencode(".png", drawn)[1].tobytes()
