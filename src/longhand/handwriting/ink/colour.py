"""The gray picture in which ink stands out from paper."""

import cv2
import numpy as np

from longhand.handwriting.images import Picture
from longhand.handwriting.ink.levels import Gray, count_levels

FAINT = 48
"""Gray levels between paper and ink, below which colours may show more."""

_BETTER = 1.5
_SAMPLES = 20_000
_FEW = 0.002


def choose_gray(picture: Picture) -> Gray:
    """The picture's gray, uint8, height × width; where ink hardly stands out in it, the mix of colours with most
    contrast, if that has more.

    The mix is the first principal component of the colours (Pearson, On Lines and Planes of Closest Fit, 1901): red ink
    on green paper of the same brightness is found by it. Equal channels give the gray itself.
    """
    if not picture.file or _contrast(picture.gray) >= FAINT:
        return picture.gray
    mixed = _mix(picture.colour)
    return mixed if _contrast(mixed) > _BETTER * _contrast(picture.gray) else picture.gray


def _contrast(gray: Gray) -> int:
    """The levels between the darkest and the lightest, but for a few."""
    below = count_levels(gray).below
    few = _FEW * float(below[-1])
    return int(np.searchsorted(below, below[-1] - few) - np.searchsorted(below, few, "right"))


def _mix(colour: Gray) -> Gray:
    """The colours along the axis on which they differ most, as far apart as they are in the picture."""
    flat = colour.reshape(-1, 3)
    some = flat[:: max(1, len(flat) // _SAMPLES)].astype(np.float32)
    mean = some.mean(axis=0)
    axis = np.linalg.eigh(np.cov(some.T))[1][:, -1]
    axis = axis / np.abs(axis).sum() * (1 if axis.sum() >= 0 else -1)
    weights = np.append(axis, 128 - float(mean @ axis)).reshape(1, 4)
    return np.asarray(cv2.transform(colour, weights.astype(np.float32)), np.uint8)
