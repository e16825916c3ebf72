"""English, German and French text put together anew from pieces of one writer's lines."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import cv2
import numpy as np

from longhand.datasets.png import encode_png
from longhand.datasets.sample import Sample
from longhand.datasets.synthetic.pieces import ROWS, Alignment, Pixels, Upright, cut_piece, straighten
from longhand.handwriting.images import decode

LONGEST = 6
"""How many characters a piece has at most: whole words would teach the writer's language again."""
_SURE = 0.7
_FEW = 8
_TRIES = 12


@dataclass(frozen=True)
class Place:
    """Where a piece stands: the characters `start` to `stop` of line `line` of its writer."""

    line: int
    start: int
    stop: int


class Writer:
    """The lines of one writer, and where in them every short run of characters stands."""

    def __init__(self, group: str, lines: Sequence[tuple[Sample, Alignment]]) -> None:
        self.group, self._lines = group, lines
        self._places: defaultdict[str, list[Place]] = defaultdict(list)
        for number, (_, alignment) in enumerate(lines):
            for run, place in _list_runs(number, alignment):
                self._places[run].append(place)
        self.straighten = lru_cache(maxsize=64)(self._straighten)

    def spell(self, text: str, random: np.random.Generator) -> list[list[Place]] | None:
        """Pieces that make up each word of a text: the longest that there are, from lines that serve already where
        those have them. None where the writer lacks a character."""
        words: list[list[Place]] = []
        lines: set[int] = set()
        for word in text.split(" "):
            words.append([])
            at = 0
            while at < len(word):
                found = self._find(word[at : at + LONGEST])
                if not found:
                    return None
                near = [place for place in found if place.line in lines] or found
                place = near[int(random.integers(len(near)))]
                words[-1].append(place)
                lines.add(place.line)
                at += place.stop - place.start
        return words

    def _find(self, run: str) -> list[Place]:
        """Where the longest beginning of a run stands; nowhere where not even its first character does."""
        begins = (run[:length] for length in range(len(run), 0, -1))
        return next((self._places[one] for one in begins if one in self._places), [])

    def cut(self, place: Place) -> Pixels:
        """The strokes of a piece, ROWS high."""
        return cut_piece(self.straighten(place.line), self._lines[place.line][1], place.start, place.stop)

    def _straighten(self, line: int) -> Upright:
        return straighten(decode(self._lines[line][0].read()).gray)


def gather_writers(samples: Sequence[Sample], alignments: Sequence[Alignment]) -> list[Writer]:
    """The writers of the lines to train on, in a fixed order, less those with fewer than eight aligned lines."""
    known = {(one.set, one.name): one for one in alignments}
    groups: defaultdict[tuple[str, str], list[tuple[Sample, Alignment]]] = defaultdict(list)
    for sample in samples:
        alignment = known.get((sample.set, sample.name))
        if alignment and sample.split == "train":
            groups[sample.set, sample.group].append((sample, alignment))
    return [Writer("/".join(key), lines) for key, lines in sorted(groups.items()) if len(lines) >= _FEW]


def recompose_samples(
    texts: Sequence[str], writers: Sequence[Writer], count: int, seed: int, name: str
) -> Iterator[Sample]:
    """A picture of each of `count` texts by a writer who has its characters, writer after writer; the same seed
    gives the same pictures. Texts that none of a few writers can write are left out."""
    random, chosen = np.random.default_rng(seed), defaultdict[int, list[str]](list)
    for text in texts:
        if sum(map(len, chosen.values())) < count and (found := _choose(text, writers, random)) is not None:
            chosen[found].append(text)
    for number in sorted(chosen):
        writer = writers[number]
        for text in chosen[number]:
            own = int(random.integers(2**32))
            picture = f"{name}-{number:04}-{own:010}"
            yield Sample(name, picture, text, writer.group, "train", partial(_read, text, writer, own))


def recompose(text: str, writer: Writer, random: np.random.Generator) -> Pixels | None:
    """A text in the writing of one person, dark on light, ROWS high; None where a character is lacking."""
    words = writer.spell(text, random)
    if words is None:
        return None
    lean = writer.straighten(words[0][0].line).lean
    space = random.uniform(14, 34)
    parts: list[Pixels] = []
    for number, places in enumerate(words):
        if number:
            parts.append(np.zeros((ROWS, round(space * float(np.exp(random.normal(0, 0.15))))), np.uint8))
        parts += [writer.cut(place) for place in places]
    return _ink(_lean(np.hstack(parts), lean * random.uniform(0.8, 1.1)), random)


def _list_runs(number: int, alignment: Alignment) -> Iterator[tuple[str, Place]]:
    """Every run of sure characters within a word, up to LONGEST of them, with its place."""
    text, sure = alignment.text, [c >= _SURE for c in alignment.confidences]
    for start in range(len(text)):
        for stop in range(start + 1, min(len(text), start + LONGEST) + 1):
            if text[stop - 1] == " " or not sure[stop - 1]:
                break
            yield text[start:stop], Place(number, start, stop)


def _choose(text: str, writers: Sequence[Writer], random: np.random.Generator) -> int | None:
    """A writer who has all characters of a text, if one of a few has."""
    tried = (int(random.integers(len(writers))) for _ in range(_TRIES))
    probe = np.random.default_rng(0)
    return next((i for i in tried if writers[i].spell(text, probe)), None)


def _lean(upright: Pixels, lean: float) -> Pixels:
    """Let the strokes lean as they did."""
    pad = int(abs(lean) * ROWS / 2) + 8
    size = upright.shape[1] + 2 * pad, ROWS
    matrix = np.array([[1, lean, pad - lean * ROWS / 2], [0, 1, 0]], np.float64)
    return np.asarray(cv2.warpAffine(upright, matrix, size), np.uint8)


def _ink(strength: Pixels, random: np.random.Generator) -> Pixels:
    """Strokes as ink on paper."""
    paper, ink = random.uniform(200, 255), random.uniform(10, 90)
    levels = paper - (paper - ink) * np.pad(strength, ((4, 4), (4, 4))) / 255
    return np.asarray((levels + random.normal(0, 2, levels.shape)).clip(0, 255), np.uint8)


def _read(text: str, writer: Writer, seed: int) -> bytes:
    pixels = recompose(text, writer, np.random.default_rng(seed))
    if pixels is None:
        raise OSError(f"{writer.group} lacks a character of {text!r}")
    return encode_png(pixels)
