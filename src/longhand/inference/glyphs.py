"""Single characters."""

from collections.abc import Sequence

import numpy as np

from longhand.handwriting.alphabet import fold
from longhand.handwriting.decoding import log_softmax
from longhand.handwriting.preprocessing import Prepared
from longhand.handwriting.transcription import Box, Transcription
from longhand.inference.base import ALTERNATIVES, Base, Logits, gather


class GlyphRecogniser(Base):
    """Reads single characters."""

    def logits(self, prepared: Sequence[Prepared]) -> list[Logits]:
        """See Recogniser; (outputs,) each."""
        return list(self._session.run((glyph_inputs(prepared),)))

    def interpret(self, logits: Logits, prepared: Prepared, charset: str = "full") -> Transcription:
        """See Recogniser."""
        alphabet, members = fold(self.card.alphabet, charset)
        ranked = gather(log_softmax(logits, self.card.temperature), members)
        order = np.argsort(-ranked)
        texts = [(alphabet.characters[i], float(np.exp(ranked[i]))) for i in order[: ALTERNATIVES + 1]]
        (text, confidence), box = texts[0], _as_box(prepared.box)
        return Transcription(
            text, confidence, confidence >= self.card.threshold, tuple(texts[1:]), ((text, confidence, box),)
        )


def glyph_inputs(prepared: Sequence[Prepared]) -> Logits:
    """Glyphs on top of each other: pixels in 0..1 (n, size, size, 1)."""
    return np.stack([one.pixels for one in prepared]).astype(np.float32)[..., None] / np.float32(255)


def _as_box(box: tuple[int, int, int, int]) -> Box:
    return float(box[0]), float(box[1]), float(box[2]), float(box[3])
