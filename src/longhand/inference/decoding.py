"""The decoder that serves: from a network's outputs to texts with confidences."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from longhand.bundles.card import Card
from longhand.handwriting.alphabet import Alphabet
from longhand.handwriting.ctc.candidates import find_candidates
from longhand.handwriting.ctc.language import Language
from longhand.handwriting.ctc.likelihood import Doubles, Frames, Integers, Rows, score
from longhand.handwriting.ctc.recall import Change, trace
from longhand.handwriting.ctc.vocabulary import Vocabulary
from longhand.inference.recalling import Texts, add_words

Ranked = list[tuple[str, float]]
_SURE = 1e-6

READINGS = 16
"""Candidate texts for each picture."""


@dataclass(frozen=True)
class Hypotheses:
    """The candidate texts of pictures, with their exact log probabilities and their confidences.

    `written` has the text of each row with its white space, `edges` the first row of each picture and the end. A row
    with a change in `changes` stands for the path in `paths` with words of a vocabulary in it.
    """

    frames: Frames
    paths: Integers
    changes: Sequence[Change]
    written: Sequence[str]
    log_probs: Doubles
    confidences: list[float]
    edges: list[int]
    alphabet: Alphabet

    def path(self, row: int) -> Integers:
        """A path that spells the text of a row."""
        change = self.changes[row]
        return trace(self.frames, change, self.alphabet) if change else self.paths[row]

    def best(self, picture: int) -> float:
        """The log probability of the likeliest text."""
        return float(self.log_probs[self.edges[picture] : self.edges[picture + 1]].max())

    def read(self, picture: int) -> tuple[int, Ranked]:
        """The row to show, and the texts with white space as it is kept, each with its confidence, likeliest first."""
        rows = range(self.edges[picture], self.edges[picture + 1])
        texts = [tidy(self.written[row]) for row in rows]
        ranked = _merge(texts, (self.confidences[row] for row in rows))
        shown = (row for row, text in zip(rows, texts, strict=True) if text == ranked[0][0])
        return max(shown, key=lambda row: self.confidences[row]), ranked


def decode(
    frames: Frames, characters: str, card: Card, language: Language | None, vocabulary: Vocabulary | None = None
) -> Hypotheses:
    """Finds and weighs candidate texts; output i + 1 writes `characters[i]`.

    The confidences of a picture's candidates sum to what the network gives them together; the language shares it out,
    with a person's vocabulary beside it, whose words become candidates as well.
    """
    prefer = partial(_weigh, language, card) if language is not None else None
    candidates = find_candidates(frames, READINGS, prefer)
    rows, log_probs = candidates.rows, score(frames, candidates.rows)
    worths = log_probs if prefer is None else log_probs + prefer(rows)
    texts = Texts(rows.owners, candidates.paths, spell(rows, characters), log_probs, worths, [()] * len(log_probs))
    if language is not None and prefer is not None and vocabulary is not None and vocabulary.words:
        gains = {word: card.language_weight * gain for word, gain in vocabulary.gains(language).items()}
        texts = add_words(texts, frames, vocabulary, gains, card.alphabet, prefer)
    edges = np.searchsorted(texts.owners, np.arange(len(frames.lengths) + 1))
    confidences = np.minimum(np.exp(texts.log_probs), 1.0)
    if prefer is not None:
        confidences = _share(confidences, texts.worths, edges[:-1], texts.owners)
    return Hypotheses(
        frames,
        texts.paths,
        texts.changes,
        texts.written,
        texts.log_probs,
        confidences.tolist(),
        edges.tolist(),
        card.alphabet,
    )


def spell(rows: Rows, characters: str) -> list[str]:
    """The texts of rows; output i + 1 writes `characters[i]`."""
    codes = np.array([0, *map(ord, characters)], np.uint32)[rows.outputs]
    return codes.view(f"<U{codes.shape[1]}")[:, 0].tolist() if codes.size else [""] * len(codes)


def _weigh(language: Language, card: Card, rows: Rows) -> Doubles:
    """The language's log probability of each text, with the card's weight and its bonus for each character."""
    return card.language_weight * language.score(rows) + card.language_bonus * rows.lengths


def _share(probabilities: Doubles, weights: Doubles, firsts: Integers, owners: Integers) -> Doubles:
    """The probabilities of each picture's texts together, shared out by weights that are logarithms."""
    shares = np.exp(weights - np.maximum.reduceat(weights, firsts)[owners])
    whole = np.minimum(np.add.reduceat(probabilities, firsts), 1.0) / np.add.reduceat(shares, firsts)
    return np.asarray(shares * whole[owners], np.float64)


def _merge(texts: Sequence[str], confidences: Iterable[float]) -> Ranked:
    """Each text once with its confidences added up, likeliest first."""
    totals: dict[str, float] = {}
    for text, confidence in zip(texts, confidences, strict=True):
        totals[text] = min(1.0, totals.get(text, 0.0) + confidence)
    return sorted(totals.items(), key=lambda reading: -reading[1])


def calibrate(ranked: Ranked, card: Card) -> Ranked:
    """Confidences calibrated by the card: the log odds of the first text along a line (Platt, Probabilistic Outputs for
    Support Vector Machines, 1999), the others scaled by one factor, so that their order and the sum of all stay valid.
    """
    (text, confidence), *others = ranked
    scale = card.find_scale(text)
    if (scale["slope"], scale["offset"]) == (1.0, 0.0):
        return ranked
    raw = min(max(confidence, _SURE), 1 - _SURE)
    odds = scale["slope"] * math.log(raw / (1 - raw)) + scale["offset"]
    calibrated = 1 / (1 + math.exp(-odds))
    share = min(calibrated / raw, (1 - calibrated) / (1 - raw))
    return [(text, calibrated), *((other, value * share) for other, value in others)]


def tidy(written: str) -> str:
    """A text with white space collapsed and trimmed."""
    odd = "  " in written or written[:1] == " " or written[-1:] == " "
    return "".join(written[i] for i in visible(written)) if odd else written


def visible(written: str) -> list[int]:
    """The places that are left when white space is collapsed and trimmed."""
    inside = range(len(written) - len(written.lstrip()), len(written.rstrip()))
    return [i for i in inside if written[i] != " " or written[i - 1] != " "]
