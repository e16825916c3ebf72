"""Drawings of people as strokes of a pen: their skeletons, followed from end to end and drawn with another hand.

The skeleton is that of Zhang and Suen (A Fast Parallel Algorithm for Thinning Digital Patterns, 1984).
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from longhand.datasets.catalogue import load
from longhand.datasets.sample import DatasetError, Sample
from tests.browser.conftest import Visitor

Point = tuple[float, float]
Stroke = list[Point]
AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
SIDE, HALF, SPUR, SPACED = 112, 128, 5, 3
PICTURE = """async () => {
  const { picture } = await import("/console/elements/strokes.js");
  const bytes = new Uint8Array(await (await picture(document.querySelector("lh-canvas").strokes)).arrayBuffer());
  return btoa(String.fromCharCode(...bytes));
}"""


@dataclass(frozen=True)
class Hand:
    """How somebody draws a sign: where its middle is, as shares of the surface, how large, turned and unsteady."""

    middle: Point
    height: float
    turn: float
    noise: float
    pen: int

    def place(self, stroke: Stroke, wide: float, rng: np.random.Generator) -> Stroke:
        """The stroke on a surface that is `wide` times as wide as high, in shares of both."""
        points = (np.array(stroke) - 0.5) * self.height
        turned = points @ np.array([[np.cos(self.turn), np.sin(self.turn)], [-np.sin(self.turn), np.cos(self.turn)]])
        shaken = turned + rng.normal(0, self.noise * self.height, turned.shape)
        return [(self.middle[0] + x / wide, self.middle[1] + y) for x, y in shaken]


def some_hand(rng: np.random.Generator) -> Hand:
    """Anywhere on the surface, small or large, thick or thin."""
    height = rng.uniform(0.35, 0.8)
    reach = height / 2 + 0.05
    middle = (rng.uniform(0.3, 0.7), rng.uniform(reach, 1 - reach))
    return Hand(middle, height, np.radians(rng.uniform(-6, 6)), rng.uniform(0.0, 0.008), int(rng.integers(6, 24)))


def trace(sample: Sample) -> list[Stroke]:
    """The strokes of a drawing, in 0..1 of its box."""
    drawn = cv2.imdecode(np.frombuffer(sample.read(), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert drawn is not None, sample.name
    ink = drawn if drawn.mean() < 128 else 255 - drawn
    size = cv2.resize(ink, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    bones = thin(cv2.GaussianBlur(size, (0, 0), 1) >= HALF)
    strokes = [np.array(path, float)[:, ::-1] for path in follow(bones)]
    everything = np.concatenate(strokes)
    low, span = everything.min(0), float(np.ptp(everything, axis=0).max()) or 1.0
    margin = (1 - np.ptp(everything, axis=0) / span) / 2
    return [[(float(x), float(y)) for x, y in (soften(one) - low) / span + margin] for one in strokes]


def thin(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Ink worn down from all sides until its lines are one pixel wide."""
    bones = np.pad(ink, 1)
    while True:
        before = bones.sum()
        for side in (0, 1):
            p = [np.roll(bones, (-y, -x), (0, 1)) for y, x in AROUND]
            count = np.sum(p, axis=0)
            changes = np.sum([~p[n] & p[(n + 1) % 8] for n in range(8)], axis=0)
            corners = ((0, 2, 4), (2, 4, 6)) if side == 0 else ((0, 2, 6), (0, 4, 6))
            free = ~np.any([p[a] & p[b] & p[c] for a, b, c in corners], axis=0)
            bones &= ~((count >= 2) & (count <= 6) & (changes == 1) & free)
        if bones.sum() == before:
            return bones[1:-1, 1:-1]


def follow(bones: NDArray[np.bool_]) -> Iterator[list[tuple[int, int]]]:
    """The lines of a skeleton, each from one end on as straight as it goes; what is left then are further lines."""
    left, gone = set(zip(*(axis.tolist() for axis in np.nonzero(bones)), strict=True)), set[tuple[int, int]]()
    while left:
        path = [min(left, key=lambda one: (len(_near(one, left)), one))]
        left.discard(path[0])
        path = [*_near(path[0], gone)[:1], *path]  # where it leaves another line
        while near := _near(path[-1], left):
            way = np.subtract(path[-1], path[max(0, len(path) - 4)])
            path.append(max(near, key=lambda one: float(np.dot(way, np.subtract(one, path[-1])))))
            left.discard(path[-1])
        alone = not any(_near(one, gone) for one in path)
        gone.update(path)
        if alone or len(path) > SPUR:
            yield path


def soften(path: NDArray[np.float64]) -> NDArray[np.float64]:
    """A line without the steps of pixels, with every third point."""
    if len(path) < SPUR:
        return path
    smooth = np.stack([np.convolve(np.pad(axis, 2, "edge"), np.ones(5) / 5, "valid") for axis in path.T], axis=1)
    return np.concatenate([smooth[:-1:SPACED], smooth[-1:]])


def draw(visitor: Visitor, sample: Sample, rng: np.random.Generator) -> bytes:
    """Draw what a person drew on the page's canvas; the picture that the page would send."""
    page, hand = visitor.page, some_hand(rng)
    page.keyboard.press("Escape")  # clears
    page.get_by_label("Pen width").fill(str(hand.pen))
    box = page.locator("lh-canvas canvas").bounding_box()
    assert box is not None
    visitor.draw(*(hand.place(stroke, box["width"] / box["height"], rng) for stroke in trace(sample)), steps=1)
    return base64.b64decode(page.evaluate(PICTURE))


def _near(one: tuple[int, int], among: set[tuple[int, int]]) -> list[tuple[int, int]]:
    return [place for y, x in AROUND if (place := (one[0] + y, one[1] + x)) in among]


def samples(name: str, split: str) -> Iterator[Sample]:
    """Those of a data set; none where it is not at hand."""
    try:
        yield from (one for one in load(name) if one.split == split)
    except DatasetError:
        return
