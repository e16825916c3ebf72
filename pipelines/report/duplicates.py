"""Pictures that occur twice, exactly or nearly, and those that carry two labels."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.alphabet import normalise
from longhand.learning.prepared import Item, PreparedSet
from pipelines.lines import Line

SIDE = 24
"""Near copies are compared as squares of this many pixels."""
CLOSE = 5.0
"""Grey levels of 255 by which near copies may differ on average."""

Group = tuple[Item, ...]


@dataclass(frozen=True)
class Copies:
    """Pictures of which others are copies: how many, in one split, over several, and with different texts."""

    groups: int
    pictures: int
    within: int
    across: int
    conflicting: int


def count_exact(lines: Iterable[Line]) -> Copies:
    """Copies to the byte, by the hash of the file; what is set aside as a duplicate counts as in a split with it."""
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in lines:
        if "sha256" in line:
            found[line["sha256"]].append((line["split"], normalise(line["text"])))
    return _count([some for some in found.values() if len(some) > 1])


def count_near(groups: Sequence[Group]) -> Copies:
    """Near copies, as `find_near` has them."""
    return _count([[(item.split, item.text) for item in some] for some in groups])


def find_near(data: PreparedSet) -> list[Group]:
    """Prepared pictures that look the same, in groups of two and more.

    Same difference hash of 64 bits (N. Krawetz, Kind of Like That, 2013), then at most CLOSE apart as squares.
    """
    buckets: defaultdict[bytes, list[tuple[NDArray[np.float32], list[Item]]]] = defaultdict(list)
    for item in data.items:
        pixels = data.pixels(item)
        small = cv2.resize(pixels, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
        bucket = buckets[_hash(pixels)]
        for other, some in bucket:
            if some[0].width == item.width and float(np.abs(other - small).mean()) <= CLOSE:
                some.append(item)
                break
        else:
            bucket.append((small, [item]))
    return [tuple(some) for bucket in buckets.values() for _, some in bucket if len(some) > 1]


def conflicts(groups: Iterable[Group]) -> list[Group]:
    """Of each group with different texts, one picture of each text."""
    firsts = [tuple({item.text: item for item in reversed(some)}.values()) for some in groups]
    return [some for some in firsts if len(some) > 1]


def _hash(pixels: NDArray[np.uint8]) -> bytes:
    tiny = cv2.resize(pixels, (9, 8), interpolation=cv2.INTER_AREA)
    return np.packbits(tiny[:, 1:] > tiny[:, :-1]).tobytes()


def _count(groups: Sequence[Sequence[tuple[str, str]]]) -> Copies:
    splits = [{split for split, _ in some} - {"duplicate"} for some in groups]
    across = sum(len(some) > 1 for some in splits)
    texts = sum(len({text for _, text in some}) > 1 for some in groups)
    return Copies(len(groups), sum(map(len, groups)), len(groups) - across, across, texts)
