"""Words put together from single characters that people wrote."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from longhand.datasets.png import encode_png
from longhand.datasets.sample import Sample
from longhand.datasets.splits import assign_split
from longhand.handwriting.errors import NoInk
from longhand.handwriting.pose import find_strokes

Pixels = NDArray[np.uint8]
_BODY = 26
_TALL = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789bdfhklt")
_DEEP = frozenset("gjpqy")
_MARKS = {"ä": "a", "ö": "o", "ü": "u", "Ä": "A", "Ö": "O", "Ü": "U"}
_DOTS = frozenset(".,-:'")


def gather_glyphs(glyphs: Iterable[tuple[str, Pixels]]) -> Mapping[str, Sequence[Pixels]]:
    """The strokes of labelled glyphs by character, bright on 0, cropped; blank pictures are left out."""
    gathered: defaultdict[str, list[Pixels]] = defaultdict(list)
    for character, pixels in glyphs:
        with suppress(NoInk):
            gathered[character].append(find_strokes(pixels).strength)
    return gathered


def can_compose(text: str, glyphs: Mapping[str, Sequence[Pixels]]) -> bool:
    """Whether there are glyphs for a text; umlauts, points and hyphens are drawn."""
    return all(c == " " or c in _DOTS or _MARKS.get(c, c) in glyphs for c in text)


def compose(text: str, glyphs: Mapping[str, Sequence[Pixels]], random: np.random.Generator) -> Pixels:
    """Lay glyphs on a line, dark on light, with the spacing, size and drift of one careless writer."""
    page = np.zeros((5 * _BODY, 3 * _BODY * (len(text) + 2)), np.uint8)
    line, pen = 3.2 * _BODY, float(_BODY)
    space, tall, drift = random.uniform(0, 6), random.uniform(1.6, 2.2), random.normal(0, 0.01)
    for character in text:
        if character == " ":
            pen += random.uniform(0.7, 1.6) * _BODY
            continue
        top, glyph = _size(character, glyphs, random, tall)
        base = int(line + pen * drift + random.normal(0, 1))
        y, x = max(0, base - top), int(pen)
        place = page[y : y + glyph.shape[0], x : x + glyph.shape[1]]
        np.maximum(place, glyph[: place.shape[0], : place.shape[1]], out=place)
        pen += glyph.shape[1] + space + random.normal(0, 1.2)
    return np.asarray(255 - page[:, : int(pen) + _BODY], np.uint8)


def compose_samples(
    texts: Sequence[str], glyphs: Mapping[str, Sequence[Pixels]], seed: int, name: str = "composed"
) -> Iterator[Sample]:
    """A picture of each text that can be composed; the same seed gives the same pictures."""
    random = np.random.default_rng(seed)
    for i, text in enumerate(texts):
        own = int(random.integers(2**32))
        if can_compose(text, glyphs):
            picture = f"{name}-{i:06}"
            yield Sample(name, picture, text, picture, assign_split(picture, seed), partial(_write, text, glyphs, own))


def _write(text: str, glyphs: Mapping[str, Sequence[Pixels]], seed: int) -> bytes:
    return encode_png(compose(text, glyphs, np.random.default_rng(seed)))


def _size(
    character: str, glyphs: Mapping[str, Sequence[Pixels]], random: np.random.Generator, tall: float
) -> tuple[int, Pixels]:
    """How far a glyph rises above the line, and its pixels."""
    if character in _DOTS:
        return _point(character, random)
    choice = glyphs[_MARKS.get(character, character)]
    glyph = choice[int(random.integers(len(choice)))]
    height = _BODY * (tall if character in _TALL or (character in _MARKS and character.isupper()) else 1.0)
    if character in _DEEP:
        height = _BODY * random.uniform(1.6, 1.9)
    height *= float(np.exp(random.normal(0, 0.06)))
    width = glyph.shape[1] * height / glyph.shape[0] * float(np.exp(random.normal(0, 0.08)))
    size = (int(np.clip(round(width), 3, 2.5 * _BODY)), max(6, round(height)))
    drawn = np.asarray(cv2.resize(glyph, size, interpolation=cv2.INTER_AREA), np.uint8)
    top = _BODY if character in _DEEP else drawn.shape[0]
    return (top + 12, _dotted(drawn)) if character in _MARKS else (top, drawn)


def _dotted(glyph: Pixels) -> Pixels:
    page = np.vstack([np.zeros((12, glyph.shape[1]), np.uint8), glyph])
    for share in (0.3, 0.7):
        cv2.circle(page, (int(glyph.shape[1] * share), 4), 2, 255, -1)
    return page


def _point(character: str, random: np.random.Generator) -> tuple[int, Pixels]:
    page = np.zeros((12, 8), np.uint8)
    if character == "-":
        page = np.zeros((4, int(random.integers(8, 18))), np.uint8)
        page[1:3] = 255
        return _BODY // 2, page
    ends = {".": [(3, 2)], ":": [(3, 2), (3, 10)], ",": [(4, 1), (2, 8)], "'": [(4, 1), (3, 7)]}[character]
    if character in ".:":
        for end in ends:
            cv2.circle(page, end, 2, 255, -1)
    else:
        cv2.line(page, ends[0], ends[1], 255, 2)
    return {".": 5, ":": _BODY // 2 + 6, ",": 5, "'": int(1.9 * _BODY)}[character], page
