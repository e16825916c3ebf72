"""The paper of a picture: the page on a desk, and its brightness around each stroke."""

from functools import lru_cache

import cv2
import numpy as np

from longhand.handwriting.ink.levels import Gray, count_levels

Box = tuple[int, int, int, int]

_REACH, _SINGLE_REACH = 0.3, 0.45
_SMALLEST = 32
_SIGHT = 48
_EVEN_RIM = 50
_APART = 30


@lru_cache(maxsize=256)
def window(width: int, height: int) -> Gray:
    """A rectangle for OpenCV's morphology, each side an odd number of pixels."""
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_RECT, (width | 1, height | 1)), np.uint8)


def find_ground(gray: Gray, single: bool = False) -> Gray:
    """The brightness of the paper at each pixel of a picture with dark ink, as if nothing were written.

    A gray closing (Serra, Image Analysis and Mathematical Morphology, 1982): what is dark and narrower than three
    tenths of the picture's shorter side (nearly half of it around a `single` glyph) becomes as bright as what is around
    it; edges of shadows stay where they are.
    """
    side = max(7, int((_SINGLE_REACH if single else _REACH) * min(gray.shape)))
    smooth = cv2.blur(gray, (3, 3), borderType=cv2.BORDER_REPLICATE) if min(gray.shape) > 40 else gray
    return np.asarray(cv2.morphologyEx(smooth, cv2.MORPH_CLOSE, window(side, side)), np.uint8)


def find_page(gray: Gray) -> Box | None:
    """The box of a page, x0, y0, x1, y1, that lies on something else with an even rim all around; None without one.

    A page fills its box, is of one brightness along its edges, and holds something.
    """
    if min(gray.shape) < _SMALLEST:
        return None
    factor = max(1, min(gray.shape) // _SIGHT)
    small = shrink(gray, factor)
    rim = _rim(small)
    few = len(rim) // 10
    low, desk, high = np.partition(rim, (few, len(rim) // 2, -1 - few))[[few, len(rim) // 2, -1 - few]].tolist()
    if high - low > _EVEN_RIM:
        return None
    box = _find_block(np.asarray(cv2.absdiff(small, np.full_like(small, desk)), np.uint8))
    if box is None or not _is_page(small, box, desk):
        return None
    inset = 2 + min(box[2] - box[0], box[3] - box[1]) // 40
    x0, y0, x1, y1 = box
    return (x0 + inset) * factor, (y0 + inset) * factor, (x1 - inset) * factor, (y1 - inset) * factor


def shrink(gray: Gray, factor: float) -> Gray:
    """The picture `factor` times smaller, each pixel the mean of those that it stands for."""
    if factor <= 1:
        return gray
    size = max(1, round(gray.shape[1] / factor)), max(1, round(gray.shape[0] / factor))
    return np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)


def _rim(gray: Gray) -> Gray:
    return np.concatenate([gray[0], gray[-1], gray[1:-1, 0], gray[1:-1, -1]])


def _find_block(difference: Gray) -> Box | None:
    """The box of the largest part that differs from the rim, if it may be a page by its size and place."""
    strongest = count_levels(difference).find_highest(difference.size // 20 + 1)
    mask = np.asarray(cv2.threshold(difference, max(24, int(0.4 * strongest)), 1, cv2.THRESH_BINARY)[1], np.uint8)
    rows, columns = mask.shape
    if cv2.countNonZero(mask) < 0.05 * mask.size:
        return None
    stats = cv2.connectedComponentsWithStats(mask, connectivity=4)[2][1:]
    x, y, width, height, area = stats[int(stats[:, cv2.CC_STAT_AREA].argmax())].tolist()
    inside = x >= 1 and y >= 1 and x + width < columns and y + height < rows
    large = min(width, height) >= 8 and width * height >= 0.08 * mask.size and area >= 0.4 * width * height
    return (x, y, x + width, y + height) if inside and large else None


def _is_page(small: Gray, box: Box, desk: int) -> bool:
    x0, y0, x1, y1 = box
    inset = max(1, min(x1 - x0, y1 - y0) // 20)
    inner = small[y0 + inset : y1 - inset, x0 + inset : x1 - inset].astype(np.int16)
    paper = int(np.median(inner))
    apart = abs(paper - desk)
    edge = np.abs(_rim(inner.astype(np.uint8)).astype(np.int16) - paper) < 0.35 * apart
    holds = int(np.abs(inner - paper).max()) >= max(16, 0.15 * apart)
    return apart >= _APART and float(edge.mean()) >= 0.9 and holds
