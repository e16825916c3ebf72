"""The decoder that serves: from a network's outputs to texts with confidences."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from longhand.bundles.card import Card
from longhand.handwriting.ctc.candidates import Candidates, find_candidates
from longhand.handwriting.ctc.language import Language
from longhand.handwriting.ctc.likelihood import Doubles, Frames, Integers, Rows, score

Ranked = list[tuple[str, float]]
_SURE = 1e-6

READINGS = 16
"""Candidate texts for each picture."""


@dataclass(frozen=True)
class Hypotheses:
    """The candidate texts of pictures, with their exact log probabilities and their confidences.

    `written` has the text of each row with its white space, `edges` the first row of each picture and the end.
    """

    frames: Frames
    candidates: Candidates
    written: list[str]
    log_probs: Doubles
    confidences: list[float]
    edges: list[int]

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


def decode(frames: Frames, characters: str, card: Card, language: Language | None) -> Hypotheses:
    """Finds and weighs candidate texts; output i + 1 writes `characters[i]`.

    The confidences of a picture's candidates sum to what the network gives them together; the language shares it out.
    """
    prefer = partial(_weigh, language, card) if language is not None else None
    candidates = find_candidates(frames, READINGS, prefer)
    rows, log_probs = candidates.rows, score(frames, candidates.rows)
    edges = np.searchsorted(rows.owners, np.arange(len(frames.lengths) + 1))
    confidences = np.minimum(np.exp(log_probs), 1.0)
    if prefer is not None:
        confidences = _share(confidences, log_probs + prefer(rows), edges[:-1], rows.owners)
    codes = np.array([0, *map(ord, characters)], np.uint32)[rows.outputs]
    written = codes.view(f"<U{codes.shape[1]}")[:, 0].tolist() if codes.size else [""] * len(codes)
    return Hypotheses(frames, candidates, written, log_probs, confidences.tolist(), edges.tolist())


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
