"""Single characters."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from longhand.bundles.card import Card
from longhand.handwriting.alphabet import fold
from longhand.handwriting.batching import stack
from longhand.handwriting.ctc.greedy import log_softmax
from longhand.handwriting.ctc.lexicon import Lexicon, Ranking
from longhand.handwriting.ctc.likelihood import Doubles
from longhand.handwriting.preprocessing import Prepared
from longhand.handwriting.terms import Terms
from longhand.handwriting.transcription import Box, Transcription
from longhand.inference.base import ALTERNATIVES, Base, Logits
from longhand.inference.matching import judge
from longhand.inference.session import Inputs


class GlyphRecogniser(Base):
    """Reads single characters."""

    @staticmethod
    def example(card: Card, count: int) -> Inputs:
        """See Base."""
        return (np.zeros((count, card.height, card.height, 1), np.float32),)

    def lay(self, prepared: Sequence[Prepared]) -> Inputs:
        """See Recogniser."""
        return (stack([one.pixels for one in prepared], self.card.scale),)

    def _part(self, answers: Logits, prepared: Sequence[Prepared]) -> list[Logits]:
        """(outputs,) each."""
        return list(answers)

    def _interpret(self, logits: Sequence[Logits], prepared: Sequence[Prepared], terms: Terms) -> list[Transcription]:
        """See Base. Of a lexicon, the entries of one character come into question."""
        if not logits:
            return []
        alphabet, members = fold(self.card.alphabet, terms.charset)
        log_probs = log_softmax(np.stack(logits), self.card.temperature)
        probabilities = np.exp(gather(log_probs, members))
        found = [self._write(*pair, alphabet.characters) for pair in zip(probabilities, prepared, strict=True)]
        if terms.lexicon is None:
            return found
        return [self._match(one, terms.lexicon, free, terms.strict) for one, free in zip(log_probs, found, strict=True)]

    def _write(self, probabilities: Doubles, prepared: Prepared, characters: str) -> Transcription:
        order = np.argsort(-probabilities, kind="stable")[: ALTERNATIVES + 1]
        (text, confidence), *others = ((characters[i], float(probabilities[i])) for i in order)
        box = _as_box(prepared.box)
        shown = ((text, confidence, box),)
        return Transcription(text, confidence, confidence >= self.card.threshold, tuple(others), shown)

    def _match(self, log_probs: Doubles, lexicon: Lexicon, free: Transcription, strict: bool) -> Transcription:
        places = {c: i for i, c in enumerate(self.card.characters)}
        known = sorted((e for e in lexicon.entries if e in places), key=lambda e: -log_probs[places[e]])
        ranked = np.array([log_probs[places[e]] for e in known])
        fit = float(ranked[0] - log_probs.max()) if known else -np.inf
        found = judge(Ranking(tuple(known), ranked, fit), self.card, free, strict)
        if found.match is None or found.match.entry is None:
            return found
        shown = ((found.text, float(np.exp(ranked[0])), free.characters[0][2]),)
        return replace(found, characters=shown)


def gather(log_probabilities: Doubles, members: Sequence[Sequence[int]]) -> Doubles:
    """Log probabilities of groups of outputs along the last axis, renormalised."""
    groups = [np.logaddexp.reduce(log_probabilities[..., list(group)], axis=-1) for group in members]
    kept = np.stack(groups, axis=-1)
    return np.asarray(kept - np.logaddexp.reduce(kept, axis=-1, keepdims=True), np.float64)


def _as_box(box: tuple[int, int, int, int]) -> Box:
    return float(box[0]), float(box[1]), float(box[2]), float(box[3])


RECOGNISER = GlyphRecogniser
