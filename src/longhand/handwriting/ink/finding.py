"""Strokes found by the paper around them."""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from longhand.handwriting.errors import NoInk
from longhand.handwriting.images import Picture
from longhand.handwriting.ink.colour import choose_gray
from longhand.handwriting.ink.levels import Gray, count_levels
from longhand.handwriting.ink.marks import Marks, Writing, choose_glyph, choose_text, find_marks, keep_all
from longhand.handwriting.ink.paper import Box, find_ground, find_page, shrink, window
from longhand.handwriting.ink.polarity import is_even, is_light
from longhand.handwriting.ink.rules import remove_rules

MIN_CONTRAST = 8
"""Of 255 parts of the paper's brightness: how much darker strokes are at least. Below it a picture counts as blank."""

_LARGEST = (384, 8192)
_SMALLEST, _SMALLEST_GLYPH = 32, 40
_STROKE, _GLYPH_STROKE = 0.3, 0.4
_STRONGEST = 12
_DARKEST = 96
_FAINT, _ABOVE_GRAIN = 48, 5.5
_FRAME = 0.12
_DIM = 0.9


@dataclass(frozen=True)
class Found:
    """The writing of a picture: `strength` is uint8, 0 on paper, 255 where a stroke is as dark as most; `mask` is 1 on
    strokes. Both are cropped to `box`, x0, y0, x1, y1 in pixels of the picture made `factor` times smaller.

    `rules` counts the straight lines taken out, `marks` and `writing` are what was found and what of it is kept,
    `uneven` is whether the paper is much darker in one part than in another.
    """

    strength: Gray
    mask: Gray
    box: Box
    factor: float
    rules: int
    marks: Marks
    writing: Writing
    uneven: bool


def find_writing(picture: Picture, single: bool = False) -> Found:
    """Find the writing in a picture: a word or line, or a `single` glyph.

    Dark on light or light on dark gives the same. Raises NoInk for a blank page.
    """
    factor = max(1.0, picture.height / _LARGEST[0], picture.width / _LARGEST[1])
    gray = shrink(choose_gray(picture), factor)
    page, left, top = _lay_open(gray)
    ground = find_ground(page, single)
    paper = cv2.max(ground, np.full_like(ground, _DARKEST))
    depth = np.asarray(cv2.divide(cv2.subtract(ground, page), paper, scale=255), np.uint8)
    roomy = min(page.shape) >= (_SMALLEST_GLYPH if single else _SMALLEST)
    bare, lines = remove_rules(depth, single) if roomy else (depth, ())
    strength = _stretch(bare, single)
    marks = _find_marks(strength, single)
    writing = _choose(marks, single, roomy)
    inner = marks.enclose(writing.kept)
    mask = marks.draw(writing.kept, inner)
    erased = _erase(strength, mask, marks, writing, inner)
    uneven = _is_uneven(ground)
    framed = 0 < min(left, top) < _FRAME * min(gray.shape)
    rules = framed + sum(not (uneven and _is_at_edge(line, page.shape)) for line in lines)
    x0, y0, x1, y1 = inner
    box = (x0 + left, y0 + top, x1 + left, y1 + top)
    return Found(erased, mask, box, factor, rules, marks, writing, uneven)


def _lay_open(gray: Gray) -> tuple[Gray, int, int]:
    """The page in a picture, with dark ink on light paper, and how far from its left and its top it begins."""
    if is_even(gray):
        return gray, 0, 0
    left, top, right, bottom = find_page(gray) or (0, 0, gray.shape[1], gray.shape[0])
    page = gray[top:bottom, left:right]
    light = not is_even(page) and is_light(page)
    return np.asarray(255 - page if light else page, np.uint8), left, top


def _find_marks(strength: Gray, single: bool) -> Marks:
    """The marks of strokes that are strong enough; raises NoInk where none is more than a speck."""
    least = 255 * (_GLYPH_STROKE if single else _STROKE)
    marks = find_marks(np.asarray(cv2.threshold(strength, least, 1, cv2.THRESH_BINARY)[1], np.uint8))
    if not marks.plain.any():
        raise NoInk
    return marks


def _choose(marks: Marks, single: bool, roomy: bool) -> Writing:
    """Around a glyph in a small picture there is no room for anything else."""
    if not single:
        return choose_text(marks)
    return choose_glyph(marks) if roomy else keep_all(marks)


def _stretch(depth: Gray, single: bool) -> Gray:
    """How strong strokes are, paper and its grain taken away; raises NoInk where none stands out from the paper."""
    levels = count_levels(depth)
    below, total = levels.below, levels.total
    strongest = levels.find_highest(min(_STRONGEST, total / 4) / 2)
    weakest = int(0.35 * strongest)
    weak = below[weakest - 1] if weakest > 0 else 0.0
    contrast = strongest if single else int(below.searchsorted(weak + 0.9 * (total - weak)))
    noise, grain = below.searchsorted([0.75 * total, total / 2]).tolist()
    if contrast < MIN_CONTRAST or contrast < min(_FAINT, _ABOVE_GRAIN * (grain + 0.5)):
        raise NoInk
    return np.asarray(cv2.LUT(depth, _tabulate(1.5 * min(noise, contrast / 6), contrast)), np.uint8)


@lru_cache(maxsize=1024)
def _tabulate(floor: float, contrast: int) -> Gray:
    """The strength of each level: 0 up to a floor, 255 from the contrast on."""
    strengths = 255 * np.clip((np.arange(256) - floor) / max(1.0, contrast - floor), 0, 1)
    return np.asarray(np.rint(strengths), np.uint8)


def _erase(strength: Gray, mask: Gray, marks: Marks, writing: Writing, inner: Box) -> Gray:
    """The strength in a box without marks that are not the writing, and what surrounds them; `mask` is the writing."""
    x0, y0, x1, y1 = inner
    cut = strength[y0:y1, x0:x1]
    dropped = writing.foreign | writing.others
    if not dropped.any():
        return cut
    around = cv2.dilate(marks.draw(dropped), window(5, 5))[y0:y1, x0:x1]
    beside = cv2.subtract(around, cv2.dilate(mask, window(3, 3)))
    return np.asarray(cv2.bitwise_and(cut, cv2.threshold(beside, 0, 255, cv2.THRESH_BINARY_INV)[1]), np.uint8)


def _is_uneven(ground: Gray) -> bool:
    """Whether the paper where it is darkest is much darker than where it is lightest, but for a few parts of it."""
    some = ground[::4, ::4].ravel()
    few = len(some) // 20
    darkest, lightest = np.partition(some, (few, len(some) - 1 - few))[[few, len(some) - 1 - few]].tolist()
    return bool(darkest < _DIM * lightest)


def _is_at_edge(line: Box, shape: tuple[int, ...]) -> bool:
    """Whether a line lies along an edge of the picture, as the end of a slope of light does."""
    x0, y0, x1, y1 = line
    apart = (x0, shape[1] - x1) if y1 - y0 > x1 - x0 else (y0, shape[0] - y1)
    return min(apart) <= 1
