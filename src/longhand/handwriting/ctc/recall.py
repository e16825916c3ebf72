"""Words of a person's vocabulary found near what was read: where one of them may stand in place of what does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from longhand.handwriting.alphabet import Alphabet
from longhand.handwriting.ctc.alignment import align
from longhand.handwriting.ctc.likelihood import Doubles, Frames, Integers, pack, score
from longhand.handwriting.ctc.paths import find_letters
from longhand.handwriting.ctc.rescoring import MARGIN, Prefer
from longhand.handwriting.ctc.uncertainty import REACH
from longhand.handwriting.ctc.vocabulary import Span, find_cores, find_parts

Near = Callable[[str], Sequence[str]]
"""The words that may be meant by one that was read."""

FAR = 10.0
"""By how much less well than what was read a word may fit, in log probability. A word that differs from one of the
vocabulary by an ending or by a letter that looks alike fits it less well than that, whatever the languages prefer."""

SINGLE = 16
"""So many words at most are tried in a text, each alone, and the best of them together."""


@dataclass(frozen=True)
class Read:
    """What was read in a picture: a path (frames,), and the text that it spells, letter by letter."""

    picture: int
    path: Integers
    text: str


@dataclass(frozen=True)
class Word:
    """A word in place of some letters of what was read, and the frames (first, one after the last) where it stands.

    `fit` is its log probability there less that of the letters, `worth` the same with what the languages prefer.
    """

    read: Read
    text: str
    letters: Span
    frames: Span
    fit: float = 0.0
    worth: float = 0.0


Change = tuple[Word, ...]
"""Words that are put into a text together."""


def recall(
    frames: Frames, reads: Sequence[Read], near: Near, gains: Mapping[str, float], alphabet: Alphabet, prefer: Prefer
) -> list[Change]:
    """What may stand in the pictures in place of what was read, with words that `near` finds.

    `gains` is by how much the vocabulary prefers each word that can be written to the language, `prefer` what the
    language prefers. Words that lack more than FAR are left out, and those that are e^REACH times less likely in all
    than what was read.
    """
    words = [word for read in reads for word in _propose(frames, read, near) if word.text in gains]
    if not words:
        return []
    fits, bonus = _fit(frames, words, alphabet), _prefer(words, alphabet, prefer)
    found: dict[int, list[Word]] = {}
    for word, fit, liked in zip(words, fits.tolist(), bonus.tolist(), strict=True):
        worth = fit + liked + favour(word.text, gains) - favour(_replaced(word), gains)
        if fit > -FAR and worth > -REACH:
            found.setdefault(word.read.picture, []).append(replace(word, fit=fit, worth=worth))
    return [change for some in found.values() for change in _combine(some)]


def favour(text: str, gains: Mapping[str, float]) -> float:
    """By how much a vocabulary prefers a text."""
    return sum(gains.get(text[a:b], 0.0) for a, b in find_cores(text))


def write(change: Change) -> str:
    """The text with the words in it."""
    text = change[0].read.text
    for word in sorted(change, key=lambda one: -one.letters[0]):
        text = text[: word.letters[0]] + word.text + text[word.letters[1] :]
    return text


def trace(frames: Frames, change: Change, alphabet: Alphabet) -> Integers:
    """A path (frames,) that spells the text with the words in it."""
    path = change[0].read.path.copy()
    for word in change:
        there = slice(*word.frames)
        path[there] = align(frames.probabilities[word.read.picture, there], alphabet.encode(word.text))
    return path


def _propose(frames: Frames, read: Read, near: Near) -> list[Word]:
    """Words in place of each part between spaces, with and without the punctuation around it, and of two neighbours, as
    a gap within a word may be read as a space."""
    parts = list(find_parts(read.text))
    pairs = [(a, d) for (a, _), (_, d) in pairwise(parts)]
    starts = np.flatnonzero(find_letters(read.path[None])[0])
    ends = np.flatnonzero((read.path > 0) & (read.path != np.append(read.path[1:], 0))) + 1
    edges = [0, *ends.tolist()], [*starts.tolist(), int(frames.lengths[read.picture])]
    return [
        Word(read, text, (a, b), (edges[0][a], edges[1][b]))
        for a, b in dict.fromkeys([*parts, *find_cores(read.text), *pairs])
        for text in near(read.text[a:b])
    ]


def _replaced(word: Word) -> str:
    return word.read.text[slice(*word.letters)]


def _fit(frames: Frames, words: Sequence[Word], alphabet: Alphabet) -> Doubles:
    """The exact log probability of each word in its frames, less that of the letters there."""
    windows = {(word.read.picture, word.frames): None for word in words}
    places = {window: place for place, window in enumerate(windows)}
    lengths = np.array([end - begin for _, (begin, end) in windows], np.int64)
    probabilities = np.zeros((len(windows), int(lengths.max()) + 1, frames.probabilities.shape[2]))
    probabilities[:, :, 0] = 1
    for row, (picture, (begin, end)) in zip(probabilities, windows, strict=True):
        row[: end - begin] = frames.probabilities[picture, begin:end]
    owners = [places[word.read.picture, word.frames] for word in words]
    texts = [alphabet.encode(text) for word in words for text in (word.text, _replaced(word))]
    scores = score(Frames(probabilities, lengths), pack(texts, np.repeat(owners, 2)))
    return scores[::2] - scores[1::2]


def _prefer(words: Sequence[Word], alphabet: Alphabet, prefer: Prefer) -> Doubles:
    """By how much the language prefers the text with each word, judged by the letters around it."""
    texts = []
    for word in words:
        (a, b), text = word.letters, word.read.text
        before, behind = text[max(0, a - MARGIN) : a], text[b : b + MARGIN]
        texts += [alphabet.encode(before + middle + behind) for middle in (word.text, text[a:b])]
    liked = prefer(pack(texts, np.zeros(len(texts), np.int64)))
    return liked[::2] - liked[1::2]


def _combine(words: Sequence[Word]) -> list[Change]:
    """The likeliest words of one text alone, and all those together that make it likelier."""
    ordered = sorted(words, key=lambda word: -word.worth)
    together: list[Word] = []
    for word in ordered:
        a, b = word.letters
        if word.worth > 0 and all(b <= other.letters[0] or other.letters[1] <= a for other in together):
            together.append(word)
    alone: list[Change] = [(word,) for word in ordered[:SINGLE]]
    return [tuple(together), *alone] if len(together) > 1 else alone
