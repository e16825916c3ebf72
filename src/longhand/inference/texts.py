"""Words and lines."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from longhand.handwriting.alphabet import fold
from longhand.handwriting.decoding import Doubles, log_softmax, propose, score_spellings
from longhand.handwriting.preprocessing import Prepared
from longhand.handwriting.transcription import Box, Transcription
from longhand.inference.base import ALTERNATIVES, Base, Logits, gather

BUCKET = 64
"""Pictures are padded to a multiple of this many columns."""

STRIDE = 4
"""Columns of pixels per frame of the network."""

MARGIN = 4
"""Empty columns that preprocessing leaves on either side."""


class TextRecogniser(Base):
    """Reads words and lines."""

    def logits(self, prepared: Sequence[Prepared]) -> list[Logits]:
        """See Recogniser; (frames, outputs) each, as many frames as the picture is wide."""
        answers = self._session.run(text_inputs(prepared))
        return [rows[: -(-one.width // STRIDE)] for rows, one in zip(answers, prepared, strict=True)]

    def interpret(self, logits: Logits, prepared: Prepared, charset: str = "full") -> Transcription:
        """See Recogniser. Confidence is the exact probability of the text under CTC."""
        alphabet, members = fold(self.card.alphabet, charset)
        space = self.card.alphabet.encode(" ") if charset != "full" else []
        columns = [[0], *members, *[[i] for i in space]]
        characters = alphabet.characters + " " * len(space)
        scores = gather(log_softmax(logits, self.card.temperature), columns)
        spellings = propose(scores, ALTERNATIVES)
        chances = np.exp(score_spellings(scores, [s.outputs for s in spellings]))
        written = ["".join(characters[i - 1] for i in s.outputs) for s in spellings]
        (text, confidence), *others = _merge(map(_tidy, written), chances)
        best = max((k for k, raw in enumerate(written) if _tidy(raw) == text), key=lambda k: float(chances[k]))
        boxes = _boxes(spellings[best].spans, len(logits), prepared)
        marks = list(zip(written[best], spellings[best].confidences, boxes, strict=True))
        shown = tuple(marks[i] for i in _visible(written[best]))
        return Transcription(text, confidence, confidence >= self.card.threshold, tuple(others), shown)


def _merge(texts: Iterable[str], chances: Doubles) -> list[tuple[str, float]]:
    """Each text once with its chances added up, likeliest first."""
    totals: dict[str, float] = {}
    for text, chance in zip(texts, chances, strict=True):
        totals[text] = min(1.0, totals.get(text, 0.0) + float(chance))
    return sorted(totals.items(), key=lambda reading: -reading[1])


def _tidy(written: str) -> str:
    return "".join(written[i] for i in _visible(written))


def _visible(written: str) -> list[int]:
    """The places that are left when white space is collapsed and trimmed."""
    inside = range(len(written) - len(written.lstrip()), len(written.rstrip()))
    return [i for i in inside if written[i] != " " or written[i - 1] != " "]


def text_inputs(prepared: Sequence[Prepared]) -> tuple[Logits, Logits]:
    """Pictures side by side: pixels in 0..1 (n, height, columns, 1) and mask (n, columns)."""
    columns = -(-max(one.width for one in prepared) // BUCKET) * BUCKET
    pixels = np.zeros((len(prepared), prepared[0].pixels.shape[0], columns, 1), np.float32)
    mask = np.zeros((len(prepared), columns), np.float32)
    for i, one in enumerate(prepared):
        pixels[i, :, : one.width, 0] = one.pixels / np.float32(255)
        mask[i, : one.width] = 1
    return pixels, mask


def _boxes(spans: Sequence[tuple[int, int]], frames: int, prepared: Prepared) -> list[Box]:
    """Where each character stands in the picture: its frames, widened to the middle between neighbours."""
    if not spans:
        return []
    x0, y0, x1, y1 = prepared.box
    scale = (x1 - x0) / max(1, prepared.width - 2 * MARGIN)
    edges = [
        0.0,
        *(STRIDE * (a[1] + 1 + b[0]) / 2 for a, b in pairwise(spans)),
        float(STRIDE * frames),
    ]
    across = np.clip(x0 + (np.array(edges) - MARGIN) * scale, x0, x1)
    return [(float(left), float(y0), float(right), float(y1)) for left, right in pairwise(across)]
