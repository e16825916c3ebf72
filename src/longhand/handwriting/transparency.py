"""Transparent pictures laid on a ground, so that what is opaque can be read."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
_LEVELS = np.arange(256, dtype=np.float64)
_CONTRAST = 24
_WRITTEN = 0.005
_SOLID = 0.4


def flatten(image: Image.Image, *, colour: bool = False) -> Pixels:
    """Lay an RGBA picture on a ground, as gray (height × width) or `colour` (height × width × 3).

    Only what is opaque decides. Where it is a piece of paper with writing, the paper goes on; where it is the ink
    alone, the ground is white, or black where the ink is light.
    """
    alpha = np.asarray(image.getchannel("A"), np.uint8)
    gray = np.asarray(image.convert("L"), np.uint8)
    weights = _weigh(gray, alpha)
    paper = _is_paper(weights, alpha)
    if not colour:
        return _lay(gray, alpha, _median(weights) if paper else _contrast(weights, alpha.size))
    bands = [np.asarray(image.getchannel(band), np.uint8) for band in "RGB"]
    plain = _contrast(weights, alpha.size)
    return np.dstack([_lay(b, alpha, _median(_weigh(b, alpha)) if paper else plain) for b in bands])


def _weigh(band: Pixels, alpha: Pixels) -> NDArray[np.float64]:
    """How much of the opaque part has each of the 256 levels, in sums of alpha."""
    counts = cv2.calcHist([band, alpha], [0, 1], None, [256, 256], [0, 256, 0, 256])
    return np.asarray(counts.astype(np.float64) @ _LEVELS, np.float64)


def _is_paper(weights: NDArray[np.float64], alpha: Pixels) -> bool:
    """Whether the opaque part holds its own ground: it fills most of the box around it, and not in one tone."""
    apart = weights[np.abs(_LEVELS - _median(weights)) >= _CONTRAST].sum()
    if apart <= _WRITTEN * weights.sum():
        return False
    opaque = np.asarray(alpha > 127, np.uint8)
    _, _, width, height = cv2.boundingRect(opaque)
    return cv2.countNonZero(opaque) > _SOLID * width * height


def _median(weights: NDArray[np.float64]) -> int:
    return int(np.searchsorted(np.cumsum(weights), weights.sum() / 2))


def _contrast(weights: NDArray[np.float64], size: int) -> int:
    """The ground for ink alone. What covers more than half of the picture is no ink, however light it is."""
    total = float(weights.sum())
    return 0 if float(weights @ _LEVELS) > 127 * total and 2 * total < 255 * size else 255


def _lay(band: Pixels, alpha: Pixels, ground: int) -> Pixels:
    cover = alpha.astype(np.uint16)
    laid = band * cover  # 255 × 255 + 127 is below 2^16; in place, as a picture has up to 40 million pixels
    np.subtract(255, cover, out=cover)
    cover *= np.uint16(ground)
    laid += cover
    laid += 127
    laid //= 255
    return laid.astype(np.uint8)
