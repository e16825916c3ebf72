"""A bundle made ready to read."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.alphabet import fold
from longhand.handwriting.card import MODEL, Card, read_card
from longhand.handwriting.decoding import Doubles, log_softmax, propose, score_spellings
from longhand.handwriting.errors import BundleError
from longhand.handwriting.images import Picture
from longhand.handwriting.preprocessing import Prepared, preprocessing
from longhand.handwriting.transcription import Box, Transcription
from longhand.inference.session import Inputs, Session, open_session

BUCKET = 64
"""Words and lines are padded to a multiple of this many columns."""
STRIDE = 4
MARGIN = 4
"""Empty columns that preprocessing leaves on either side of a text."""
_ALTERNATIVES = 3
Logits = NDArray[np.float32]


class Recogniser(Protocol):
    """Reads prepared pictures."""

    card: Card
    engine: str

    def prepare(self, picture: Picture) -> Prepared:
        """What the network will see; raises NoInk for a blank page."""
        ...

    def logits(self, prepared: Sequence[Prepared]) -> list[Logits]:
        """The network's raw answer to each picture, read together as one batch."""
        ...

    def interpret(self, logits: Logits, prepared: Prepared, charset: str = "full") -> Transcription:
        """The reading that a raw answer means."""
        ...

    def recognise(self, prepared: Sequence[Prepared], charset: str = "full") -> list[Transcription]:
        """Read pictures as one batch; raises UnknownCharset."""
        ...

    def read(self, pictures: Sequence[Picture], charset: str = "full") -> list[Transcription]:
        """Prepare and read pictures as one batch."""
        ...


class _Base:
    """What both kinds of recogniser share."""

    def __init__(self, card: Card, session: Session) -> None:
        self.card, self._session, self.engine = card, session, session.name
        self._prepare = preprocessing(card.preprocessing)

    def prepare(self, picture: Picture) -> Prepared:
        """See Recogniser."""
        return self._prepare(picture)

    def logits(self, prepared: Sequence[Prepared]) -> list[Logits]:
        """See Recogniser."""
        raise NotImplementedError

    def interpret(self, logits: Logits, prepared: Prepared, charset: str = "full") -> Transcription:
        """See Recogniser."""
        raise NotImplementedError

    def recognise(self, prepared: Sequence[Prepared], charset: str = "full") -> list[Transcription]:
        """See Recogniser."""
        answers = zip(self.logits(prepared), prepared, strict=True)
        return [self.interpret(logits, one, charset) for logits, one in answers]

    def read(self, pictures: Sequence[Picture], charset: str = "full") -> list[Transcription]:
        """See Recogniser."""
        return self.recognise([self.prepare(picture) for picture in pictures], charset)


class GlyphRecogniser(_Base):
    """Reads single characters."""

    def logits(self, prepared: Sequence[Prepared]) -> list[Logits]:
        """See Recogniser; (outputs,) each."""
        return list(self._session.run((glyph_inputs(prepared),)))

    def interpret(self, logits: Logits, prepared: Prepared, charset: str = "full") -> Transcription:
        """See Recogniser."""
        alphabet, members = fold(self.card.alphabet, charset)
        ranked = _gather(log_softmax(logits, self.card.temperature), members)
        order = np.argsort(-ranked)
        texts = [(alphabet.characters[i], float(np.exp(ranked[i]))) for i in order[: _ALTERNATIVES + 1]]
        (text, confidence), box = texts[0], _as_box(prepared.box)
        return Transcription(text, confidence, confidence >= self.card.threshold, tuple(texts[1:]), ((text, confidence, box),))


class TextRecogniser(_Base):
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
        scores = _gather(log_softmax(logits, self.card.temperature), columns)
        spellings = propose(scores, _ALTERNATIVES)
        chances = np.exp(score_spellings(scores, [s.outputs for s in spellings]))
        order = np.argsort(-chances, kind="stable")
        texts = ["".join(characters[i - 1] for i in spellings[k].outputs) for k in order]
        best = spellings[order[0]]
        confidence = float(chances[order[0]])
        marks = zip(texts[0], best.confidences, _boxes(best.spans, len(logits), prepared), strict=True)
        others = tuple((text, float(chances[k])) for text, k in zip(texts[1:], order[1:], strict=True))
        return Transcription(texts[0].strip(), confidence, confidence >= self.card.threshold, others, tuple(marks))


def load(bundle: Path, threads: int = 0, engine: str = "auto") -> Recogniser:
    """Load a bundle; `threads` 0 means one per core. Raises BundleError where it is not whole or cannot be run."""
    card = read_card(bundle)
    if not (bundle / MODEL).exists():
        raise BundleError(f"{bundle} is not a model: it holds no {MODEL}.")
    kind = {"text": TextRecogniser, "character": GlyphRecogniser}.get(card.task)
    if kind is None:
        raise BundleError(f"{bundle} is for the task {card.task!r}, which this release does not know. Update Longhand.")
    return kind(card, open_session(bundle / MODEL, threads, engine, _example(card)))


def text_inputs(prepared: Sequence[Prepared]) -> tuple[Logits, Logits]:
    """Pictures side by side: pixels in 0..1 (n, height, columns, 1) and mask (n, columns)."""
    columns = -(-max(one.width for one in prepared) // BUCKET) * BUCKET
    pixels = np.zeros((len(prepared), prepared[0].pixels.shape[0], columns, 1), np.float32)
    mask = np.zeros((len(prepared), columns), np.float32)
    for i, one in enumerate(prepared):
        pixels[i, :, : one.width, 0] = one.pixels / np.float32(255)
        mask[i, : one.width] = 1
    return pixels, mask


def glyph_inputs(prepared: Sequence[Prepared]) -> Logits:
    """Glyphs on top of each other: pixels in 0..1 (n, size, size, 1)."""
    return np.stack([one.pixels for one in prepared]).astype(np.float32)[..., None] / 255


def _example(card: Card) -> Inputs:
    if card.task == "character":
        return (np.zeros((1, card.height, card.height, 1), np.float32),)
    return np.zeros((1, card.height, 4 * BUCKET, 1), np.float32), np.ones((1, 4 * BUCKET), np.float32)


def _gather(log_probabilities: Doubles, members: Sequence[Sequence[int]]) -> Doubles:
    """Log probabilities of groups of outputs along the last axis, renormalised."""
    groups = [np.logaddexp.reduce(log_probabilities[..., list(group)], axis=-1) for group in members]
    kept = np.stack(groups, axis=-1)
    return np.asarray(kept - np.logaddexp.reduce(kept, axis=-1, keepdims=True), np.float64)


def _boxes(spans: Sequence[tuple[int, int]], frames: int, prepared: Prepared) -> list[Box]:
    """Where each character stands in the picture: its frames, widened to the middle between neighbours."""
    if not spans:
        return []
    x0, y0, x1, y1 = prepared.box
    scale = (x1 - x0) / max(1, prepared.width - 2 * MARGIN)
    edges = [0.0, *(STRIDE * (a[1] + 1 + b[0]) / 2 for a, b in zip(spans, spans[1:], strict=False)), float(STRIDE * frames)]
    across = np.clip(x0 + (np.array(edges) - MARGIN) * scale, x0, x1)
    return [(float(left), float(y0), float(right), float(y1)) for left, right in zip(across, across[1:], strict=False)]


def _as_box(box: tuple[int, int, int, int]) -> Box:
    return float(box[0]), float(box[1]), float(box[2]), float(box[3])
