"""Pictures of people's writing made worse before they are prepared, as what people send is."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from longhand.datasets.png import encode_png
from longhand.datasets.sample import DatasetError, Sample, Split
from longhand.datasets.synthetic.conditions import CONDITIONS, spoil
from longhand.datasets.synthetic.damages import DAMAGES, reach_in
from longhand.handwriting.errors import PictureError
from longhand.handwriting.images import decode

Pixels = NDArray[np.uint8]
LEARNT: tuple[Split, ...] = ("train", "validation")
"""The splits whose pictures are spoiled; what is reported on is spoiled by whoever reports."""
_PLAIN, _SMALL = "plain", "small"
_LOW, _HIGH = 40, 112
_INKS = ((30, 30, 40), (20, 60, 130), (20, 20, 60), (150, 40, 40), (60, 40, 90), (30, 90, 60))
"""Colours of ink, red, green, blue: black, blue, blue-black, red, violet, green."""


@dataclass(frozen=True)
class Spoiling:
    """How a set is spoiled: `copies` of each picture under these `conditions` (all where there are none), as `seed`
    has it. Half of them also get one or two damages, and a tenth are coloured."""

    copies: int = 1
    seed: int = 0
    conditions: Collection[str] = ()

    def __post_init__(self) -> None:
        if unknown := sorted(set(self.conditions) - CONDITIONS.keys()):
            raise DatasetError(f"There is no condition {unknown[0]!r}. Choose of {', '.join(CONDITIONS)}.")


def spoil_samples(samples: Iterator[Sample], spoiling: Spoiling) -> Iterator[Sample]:
    """Spoiled copies of the pictures to learn from, each called like its picture with ~ and a number.

    What reaches in from other lines is of the picture before. The same seed spoils in the same way.
    """
    before: Sample | None = None
    for sample in samples:
        if sample.split not in LEARNT:
            continue
        for copy in range(spoiling.copies):
            name = f"{sample.name}~{copy + 1}"
            random = partial(_generator, spoiling.seed, sample.set, name)
            yield replace(sample, name=name, read=partial(_read, sample, before or sample, spoiling, random))
        before = sample


def spoil_picture(gray: Pixels, other: Pixels, names: Collection[str], random: np.random.Generator) -> Pixels:
    """A picture under one of these conditions, and with damages now and then; rows × columns, or × 3 where coloured.

    `other` is writing of another line, parts of which may reach in.
    """
    levels, names = _enlarge(gray), sorted(names) or [name for name in CONDITIONS if name != _PLAIN]
    if random.random() < 0.15:
        levels = np.asarray(reach_in(levels.astype(np.float32), _enlarge(other).astype(np.float32), random), np.uint8)
    share = np.array([0.3 if name == _SMALL else 1.0 for name in names])
    worse = spoil(levels, str(random.choice(names, p=share / share.sum())), random).astype(np.float32)
    if random.random() < 0.5:
        for name in random.choice(sorted(DAMAGES), int(random.integers(1, 3)), replace=False):
            worse = DAMAGES[str(name)](worse, random)
    spoiled = worse.clip(0, 255).astype(np.uint8)
    return _colour(spoiled, random) if random.random() < 0.1 else spoiled


def _read(sample: Sample, other: Sample, spoiling: Spoiling, random: partial[np.random.Generator]) -> bytes:
    try:
        gray, line = (decode(one.read()).gray for one in (sample, other))
    except PictureError as error:
        raise OSError(error.sentence) from error
    return encode_png(spoil_picture(gray, line, spoiling.conditions, random()))


def _generator(seed: int, of: str, name: str) -> np.random.Generator:
    """A picture's own generator: what happens to it does not depend on the others."""
    return np.random.default_rng([seed, *f"{of}/{name}".encode()])


def _enlarge(gray: Pixels) -> Pixels:
    """Dark ink on light paper, high enough for what is printed beside it."""
    gray = 255 - gray if np.median(gray) < 100 and gray.mean() < 128 else gray
    if len(gray) >= _LOW:
        return gray
    factor = _HIGH / len(gray)
    return np.asarray(cv2.resize(gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC), np.uint8)


def _colour(gray: Pixels, random: np.random.Generator) -> Pixels:
    """Ink of a colour on paper of another, red, green, blue."""
    ink = np.array(_INKS[int(random.integers(len(_INKS)))], np.float32)
    paper = 255 - random.uniform(0, 60, 3).astype(np.float32)
    light = (gray.astype(np.float32) / 255)[..., None]
    return np.asarray(ink + (paper - ink) * light, np.uint8)
