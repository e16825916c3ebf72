"""The two halves into which corrections are divided: one is learned from, the other only judges.

A challenger is to be better on corrections that it has not learned from. So a picture's half follows from the picture
alone: it is the same on every machine, in every run, and for everybody who sent or corrected the picture.
"""

import hashlib
from enum import StrEnum


class Side(StrEnum):
    """What the corrections of a picture are for: training, or the gate."""

    TRAIN = "train"
    GATE = "gate"


def side_of(picture: str) -> Side:
    """The side of a picture, by the SHA-256 of its bytes in hexadecimal digits.

    It is the first bit of the SHA-256 of that text: hashed once more, so that a store that is divided by the first
    digits of its names has both sides in every part.
    """
    first = hashlib.sha256(picture.lower().encode()).digest()[0]
    return Side.GATE if first & 0x80 else Side.TRAIN
