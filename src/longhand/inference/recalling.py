"""Candidate texts of pictures, and those that a person's vocabulary adds to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from longhand.handwriting.alphabet import Alphabet
from longhand.handwriting.ctc.likelihood import Doubles, Frames, Integers
from longhand.handwriting.ctc.recall import Change, Read, favour, recall, write
from longhand.handwriting.ctc.rescoring import Prefer
from longhand.handwriting.ctc.vocabulary import Vocabulary


@dataclass(frozen=True)
class Texts:
    """Candidate texts, one a row, those of a picture one after another.

    `worths` are their log probabilities with what languages prefer, `changes` the words of a vocabulary that are put
    into what `paths` spell.
    """

    owners: Integers
    paths: Integers
    written: Sequence[str]
    log_probs: Doubles
    worths: Doubles
    changes: Sequence[Change]


def add_words(
    texts: Texts,
    frames: Frames,
    vocabulary: Vocabulary,
    gains: Mapping[str, float],
    alphabet: Alphabet,
    prefer: Prefer,
) -> Texts:
    """The texts, worth more where they hold words of a vocabulary, and others that hold such words; by `gains`."""
    worths = texts.worths + np.array([favour(text, gains) for text in texts.written])
    edges = list(pairwise(np.searchsorted(texts.owners, np.arange(len(frames.lengths) + 1)).tolist()))
    best = [first + int(worths[first:end].argmax()) for first, end in edges]
    reads = [Read(picture, texts.paths[row], texts.written[row]) for picture, row in enumerate(best)]
    known = [set(texts.written[first:end]) for first, end in edges]
    found = recall(frames, reads, vocabulary.find_near, gains, alphabet, prefer)
    new = [change for change in found if write(change) not in known[change[0].read.picture]]
    weighed = replace(texts, worths=worths)
    return _join(weighed, new, np.array(best)) if new else weighed


def _join(texts: Texts, new: Sequence[Change], best: Integers) -> Texts:
    """The texts and those that changes make of the `best` row of their picture, each behind its picture's others."""
    owners = np.array([change[0].read.picture for change in new])
    rows = best[owners]
    fits, gained = np.array([[sum(one.fit for one in words), sum(one.worth for one in words)] for words in new]).T
    order = np.argsort(np.concatenate([texts.owners, owners]), kind="stable")
    written, changes = [*texts.written, *map(write, new)], [*texts.changes, *new]
    return Texts(
        np.concatenate([texts.owners, owners])[order],
        np.concatenate([texts.paths, texts.paths[rows]])[order],
        [written[row] for row in order],
        np.concatenate([texts.log_probs, texts.log_probs[rows] + fits])[order],
        np.concatenate([texts.worths, texts.worths[rows] + gained])[order],
        [changes[row] for row in order],
    )
