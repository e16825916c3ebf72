"""Words and lines."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from longhand.handwriting.alphabet import fold
from longhand.handwriting.decoding import log_softmax, propose, score_spellings
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
        order = np.argsort(-chances, kind="stable")
        texts = ["".join(characters[i - 1] for i in spellings[k].outputs) for k in order]
        best = spellings[order[0]]
        confidence = float(chances[order[0]])
        marks = zip(texts[0], best.confidences, _boxes(best.spans, len(logits), prepared), strict=True)
        others = tuple((text, float(chances[k])) for text, k in zip(texts[1:], order[1:], strict=True))
        return Transcription(texts[0].strip(), confidence, confidence >= self.card.threshold, others, tuple(marks))


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
