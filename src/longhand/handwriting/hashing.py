"""What a picture looks like, as a number that hardly changes where the picture hardly does."""

import cv2
import numpy as np
from numpy.typing import NDArray

ROWS, COLUMNS = 4, 16
"""How many frequencies are kept from top to bottom and from left to right: writing is wide, so more of the latter."""


def perceptual_hash(pixels: NDArray[np.uint8]) -> str:
    """64 bits in hex: which of the lowest frequencies of the ink are above their median.

    `pixels` is the ink as `Prepared` has it, any height and width: found on the page, level and of one size, so that
    scale, margins, paper and lighting of the picture are gone before. The hash is that of Zauner, Implementation and
    Benchmarking of Perceptual Image Hash Functions, 2010, over a cosine transform. Two of unlike pictures differ in 32
    bits on average.
    """
    small = cv2.resize(pixels, (4 * COLUMNS, 4 * ROWS), interpolation=cv2.INTER_AREA)
    frequencies = cv2.dct(small.astype(np.float32))[:ROWS, :COLUMNS].ravel()
    bits = frequencies > np.median(frequencies[1:])  # the first is the mean of the ink
    return np.packbits(bits).tobytes().hex()
