"""Words and lines."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from longhand.bundles.card import Card
from longhand.handwriting.alphabet import fold
from longhand.handwriting.batching import count_frames, lay
from longhand.handwriting.ctc.alignment import align
from longhand.handwriting.ctc.lexicon import Lexicon
from longhand.handwriting.ctc.likelihood import Frames, stack
from longhand.handwriting.preprocessing import Prepared
from longhand.handwriting.terms import ANY, Terms
from longhand.handwriting.transcription import Box, Transcription
from longhand.inference.base import ALTERNATIVES, Base, Logits
from longhand.inference.boxes import locate
from longhand.inference.decoding import Hypotheses, calibrate, decode, visible
from longhand.inference.matching import judge
from longhand.inference.session import Inputs

EXAMPLE = 192
"""The columns of an example, about a word."""


class TextRecogniser(Base):
    """Reads words and lines, with a language where the bundle has one."""

    @staticmethod
    def example(card: Card, count: int) -> Inputs:
        """See Base."""
        return lay([np.full((card.height, EXAMPLE), 128, np.uint8)] * count, scale=card.scale)

    def lay(self, prepared: Sequence[Prepared]) -> Inputs:
        """See Recogniser."""
        return lay([one.pixels for one in prepared], scale=self.card.scale)

    def _part(self, answers: Logits, prepared: Sequence[Prepared]) -> list[Logits]:
        """(frames, outputs) each, as many frames as the picture is wide."""
        stride = self.card.stride
        return [rows[: count_frames(one.width, stride)] for rows, one in zip(answers, prepared, strict=True)]

    def _interpret(self, logits: Sequence[Logits], prepared: Sequence[Prepared], terms: Terms) -> list[Transcription]:
        """See Base. Confidence is the exact probability of the text under CTC; where there is a language, it
        shares out that of all candidates. It is 0 where the text is empty: nothing was read that could be right.
        """
        if not logits:
            return []
        hypotheses = self._decode(logits, terms)
        free = self._write(hypotheses, prepared)
        if terms.lexicon is None:
            return free
        hypotheses = hypotheses if terms.charset == ANY.charset else self._decode(logits, ANY)
        return [self._match(hypotheses, i, prepared[i], terms.lexicon, one, terms.strict) for i, one in enumerate(free)]

    def _decode(self, logits: Sequence[Logits], terms: Terms) -> Hypotheses:
        """Charsets restrict the outputs; the language knows the whole alphabet only.

        Where no space may be answered, its probability counts as the blank's: what remains of a frame that shows a gap
        must not be shared out among digits.
        """
        if terms.charset == ANY.charset:
            frames, vocabulary = stack(logits, self.card.temperature), None if terms.lexicon else terms.vocabulary
            return decode(frames, self.card.characters, self.card, self._language, vocabulary)
        alphabet, members = fold(self.card.alphabet, terms.charset)
        space = self.card.alphabet.encode(" ")
        if terms.spaces and space:
            groups, characters = [[0], *members, space], alphabet.characters + " "
        else:
            groups, characters = [[0, *space], *members], alphabet.characters
        return decode(stack(logits, self.card.temperature, groups), characters, self.card, None)

    def _write(self, hypotheses: Hypotheses, prepared: Sequence[Prepared]) -> list[Transcription]:
        read = [hypotheses.read(picture) for picture in range(len(prepared))]
        paths = np.stack([hypotheses.path(row) for row, _ in read])
        located = locate(hypotheses.frames, paths, prepared, self.card)
        found = []
        for (row, ranked), placed in zip(read, located, strict=True):
            (text, confidence), *others = calibrate(ranked, self.card)
            confidence = confidence if text else 0.0
            written = hypotheses.written[row]
            shown = tuple((written[i], placed[i][1], placed[i][2]) for i in visible(written))
            accepted = confidence >= self.card.find_scale(text)["threshold"]
            found.append(Transcription(text, confidence, accepted, tuple(others[:ALTERNATIVES]), shown))
        return found

    def _match(
        self,
        hypotheses: Hypotheses,
        picture: int,
        prepared: Prepared,
        lexicon: Lexicon,
        free: Transcription,
        strict: bool,
    ) -> Transcription:
        greedy = hypotheses.written[hypotheses.edges[picture]]
        alphabet, forgiving, best = self.card.alphabet, bool(self.card.lexicon_odds), hypotheses.best(picture)
        ranking = lexicon.rank(hypotheses.frames, picture, alphabet, greedy, best, forgiving)
        found = judge(ranking, self.card, free, strict)
        if found.match is None or found.match.entry is None:
            return found
        return replace(found, characters=self._place(hypotheses.frames, picture, found.text, ranking.written, prepared))

    def _place(
        self, frames: Frames, picture: int, text: str, written: str, prepared: Prepared
    ) -> tuple[tuple[str, float, Box], ...]:
        """The characters of a text where those stand that are written, less those that the alphabet lacks; none where
        the frames do not suffice for its spaces."""
        own = slice(picture, picture + 1)
        one = Frames(frames.probabilities[own, : frames.lengths[picture]], frames.lengths[own])
        shown, spelled = self.card.alphabet.encode(text), self.card.alphabet.encode(written)
        try:
            path = align(one.probabilities[0], spelled if len(spelled) == len(shown) else shown)
        except ValueError:
            return ()
        located = locate(one, path[None], [prepared], self.card)[0]
        return tuple(
            (self.card.alphabet.decode([output]), confidence, box)
            for output, (_, confidence, box) in zip(shown, located, strict=True)
        )


RECOGNISER = TextRecogniser
