"""The marks of a mask: pixels that hang together."""

import cv2
import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.integer]


def find_components(mask: NDArray[np.uint8]) -> tuple[Integers, Integers, NDArray[np.float64]]:
    """Which mark each pixel of a mask belongs to, counted from 1, and for each mark its box and area by cv2's CC_STAT
    columns, and its centre x, y; neighbours across a corner hang together.

    Where no more than 16 bits can be needed they are numbered in these, which is faster: a first number is given to a
    square of two by two pixels at most.
    """
    rows, columns = mask.shape
    kind = cv2.CV_16U if (rows + 1) // 2 * ((columns + 1) // 2) < (1 << 16) - 1 else cv2.CV_32S
    _, labels, stats, centres = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=kind)
    return np.asarray(labels), np.asarray(stats[1:]), np.asarray(centres[1:], np.float64)
