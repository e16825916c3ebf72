"""What preparing a picture costs, beside the preparation before it."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

import cv2
import numpy as np

from benchmarks.conditions import KINDS, SAMPLE, SEED, Kind
from benchmarks.results import Figure
from benchmarks.sets import LINES, Material
from longhand.datasets.synthetic.conditions import Pixels
from longhand.handwriting.errors import PictureError
from longhand.handwriting.images import Picture, decode
from longhand.handwriting.preprocessing import Preprocess, preprocessing

SAMPLES: Mapping[str, Kind] = {**KINDS, "lines": Kind(LINES, lambda gray: gray)}
"""The samples by name: those of the conditions, and lines."""

PREPARED: Mapping[str, tuple[str, str]] = {
    "words": ("text-4", "text-2"),
    "digits": ("glyph-2", "glyph-1"),
    "lines": ("text-4", "text-2"),
}
"""How the pictures of each sample are prepared, and how they were before."""

ROUNDS = 3


def draw_pictures(kind: Kind, material: Material, limit: int | None = None) -> list[Pixels]:
    """The pictures of a sample, brought to the form in which people send them."""
    places = material.choose(min(SAMPLE, limit or SAMPLE), SEED)
    return [kind.bring(decode(material.files[place].read_bytes()).gray) for place in places]


def describe_cost(sample: str, pictures: Sequence[Pixels]) -> Figure:
    """How many times as long as the one before it a preparation takes: medians over the pictures, each the best of a
    few rounds, on one thread of this process."""
    versions = PREPARED[sample]
    with _one_thread():
        times = [[_time(preprocessing(version), gray) for version in versions] for gray in pictures]
    new, old = np.median(times, axis=0).tolist()
    return Figure(f"{versions[0]} beside {versions[1]}, time of preparing {sample}", new / old, "×")


def _time(prepare: Preprocess, gray: Pixels) -> float:
    """Seconds of processor time; a picture in which no ink is found counts too."""
    seconds = []
    for _ in range(ROUNDS):
        started = time.thread_time()
        with suppress(PictureError):
            prepare(Picture(gray))
        seconds.append(time.thread_time() - started)
    return min(seconds)


@contextmanager
def _one_thread() -> Iterator[None]:
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)
