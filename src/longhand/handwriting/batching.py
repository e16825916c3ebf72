"""Pictures side by side, as networks take them, whether they learn or read."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

STRIDE = 4
"""Columns of pixels per frame of a text network. A network that is served has its own number on its card."""

TEXT_MARGIN = 4
"""Empty columns on either side of a prepared word or line."""

STEP = 32
"""Batches are padded to a multiple of this many columns."""

SCALE = 255.0
"""Networks get pixels divided by this."""


def count_frames(columns: int, stride: int = STRIDE) -> int:
    """The number of frames that a text network gives for a picture of `columns` columns."""
    return -(-columns // stride)


def round_up(columns: int) -> int:
    """The width to which a picture is padded. There are few widths, as each new shape costs an engine time, and padding
    adds an eighth at most to a wide picture.
    """
    step = STEP if columns <= 16 * STEP else 2 * STEP if columns <= 32 * STEP else 4 * STEP
    return -(-columns // step) * step


def stack(pictures: Sequence[NDArray[np.uint8]], scale: float = SCALE) -> Floats:
    """Glyphs of one size, uint8, as pixels divided by `scale` (n, size, size, 1)."""
    return np.stack(pictures).astype(np.float32)[..., None] / np.float32(scale)


def lay(pictures: Sequence[NDArray[np.uint8]], columns: int = 0, scale: float = SCALE) -> tuple[Floats, Floats]:
    """Pictures of one height, uint8, as pixels divided by `scale` (n, height, columns, 1) and mask (n, columns).

    The mask is 1 where a column belongs to its picture and 0 in the padding beside it. The batch is as wide as
    `round_up` says, or as `columns` where that is more.
    """
    columns = max(columns, round_up(max(picture.shape[1] for picture in pictures)))
    pixels = np.zeros((len(pictures), pictures[0].shape[0], columns, 1), np.float32)
    mask = np.zeros((len(pictures), columns), np.float32)
    for i, picture in enumerate(pictures):
        pixels[i, :, : picture.shape[1], 0] = picture / np.float32(scale)
        mask[i, : picture.shape[1]] = 1
    return pixels, mask
