"""Words and lines."""

from collections.abc import Sequence
from dataclasses import replace

from longhand.bundles.card import Card
from longhand.handwriting.alphabet import fold
from longhand.handwriting.batching import count_frames, lay
from longhand.handwriting.ctc.alignment import align
from longhand.handwriting.ctc.language import Language
from longhand.handwriting.ctc.lexicon import Lexicon
from longhand.handwriting.ctc.likelihood import Frames, stack
from longhand.handwriting.preprocessing import Prepared
from longhand.handwriting.terms import ANY, Terms
from longhand.handwriting.transcription import Box, Transcription
from longhand.inference.base import ALTERNATIVES, Base, Logits
from longhand.inference.boxes import mark
from longhand.inference.decoding import Seen, believe, look, visible
from longhand.inference.executors import Lanes
from longhand.inference.matching import judge
from longhand.inference.session import Inputs, Session


class TextRecogniser(Base):
    """Reads words and lines, with a language where the bundle has one."""

    def __init__(
        self, card: Card, session: Session, language: Language | None = None, lanes: Lanes | None = None
    ) -> None:
        super().__init__(card, session, lanes)
        self._language = language

    def _lay(self, prepared: Sequence[Prepared]) -> Inputs:
        return lay([one.pixels for one in prepared], scale=self.card.scale)

    def _part(self, answers: Logits, prepared: Sequence[Prepared]) -> list[Logits]:
        """(frames, outputs) each, as many frames as the picture is wide."""
        stride = self.card.stride
        return [rows[: count_frames(one.width, stride)] for rows, one in zip(answers, prepared, strict=True)]

    def interpret_all(
        self, logits: Sequence[Logits], prepared: Sequence[Prepared], terms: Terms = ANY
    ) -> list[Transcription]:
        """See Recogniser. Confidence is the exact probability of the text under CTC; where there is a language, it
        shares out that of all texts that come into question."""
        if not logits:
            return []
        seen = self._look(logits, terms.charset)
        free = self._write(seen, prepared)
        if terms.lexicon is None:
            return free
        seen = seen if terms.charset == "full" else self._look(logits, "full")
        return [self._match(seen, i, prepared[i], terms.lexicon, one, terms.strict) for i, one in enumerate(free)]

    def _look(self, logits: Sequence[Logits], charset: str) -> Seen:
        """Charsets restrict the outputs; the language knows the whole alphabet only."""
        if charset == "full":
            return look(stack(logits, self.card.temperature), self.card.characters, self.card, self._language)
        alphabet, members = fold(self.card.alphabet, charset)
        space = self.card.alphabet.encode(" ")
        frames = stack(logits, self.card.temperature, [[0], *members, *[[i] for i in space]])
        return look(frames, alphabet.characters + " " * len(space), self.card, None)

    def _write(self, seen: Seen, prepared: Sequence[Prepared]) -> list[Transcription]:
        read = [seen.read(picture) for picture in range(len(prepared))]
        marks = mark(seen.frames, seen.proposals.paths[[row for row, _ in read]], prepared, self.card)
        found = []
        for (row, ranked), placed in zip(read, marks, strict=True):
            (text, confidence), *others = believe(ranked, self.card)
            written = seen.written[row]
            shown = tuple((written[i], placed[i][1], placed[i][2]) for i in visible(written))
            accepted = confidence >= self.card.threshold
            found.append(Transcription(text, confidence, accepted, tuple(others[:ALTERNATIVES]), shown))
        return found

    def _match(
        self, seen: Seen, picture: int, prepared: Prepared, lexicon: Lexicon, free: Transcription, strict: bool
    ) -> Transcription:
        greedy = seen.written[seen.edges[picture]]
        ranking = lexicon.rank(seen.frames, picture, self.card.alphabet, greedy, seen.best(picture))
        found = judge(ranking, self.card, free, strict)
        if found.match is None or found.match.entry is None:
            return found
        return replace(found, characters=self._place(seen.frames, picture, found.text, prepared))

    def _place(self, frames: Frames, picture: int, text: str, prepared: Prepared) -> tuple[tuple[str, float, Box], ...]:
        """The characters of a text where they stand, less those that the alphabet lacks."""
        one = Frames(frames.chances[picture : picture + 1], frames.lengths[picture : picture + 1])
        path = align(one.chances[0], self.card.alphabet.encode(text))
        marks = mark(one, path[None], [prepared], self.card)[0]
        return tuple((self.card.alphabet.decode([output]), confidence, box) for output, confidence, box in marks)
