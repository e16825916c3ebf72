"""What every recogniser does, whatever it reads."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby, islice
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from longhand.bundles.adapter import Adapter, Halves
from longhand.bundles.card import Card
from longhand.bundles.errors import BundleError
from longhand.handwriting.batching import round_up
from longhand.handwriting.ctc.language import Language
from longhand.handwriting.errors import UnknownPreprocessing
from longhand.handwriting.images import Picture
from longhand.handwriting.preprocessing import Prepared, Preprocess, preprocessing
from longhand.handwriting.terms import ANY, Terms
from longhand.handwriting.transcription import Transcription
from longhand.inference.executors import NetworkExecutor
from longhand.inference.guard import check_familiar
from longhand.inference.session import Inputs, Session

ALTERNATIVES = 3
"""How many other texts a reading names at most."""

FEW, MANY = 8, 64
"""How many pictures are taken together: few at first, so that the network has soon something to do, then twice as many
each time, as among many there are more of the same width. Fewer than the first are not worth a thread."""

INTERPRETED = 16
"""How many readings are made of the network's answers together at most."""

Logits = NDArray[np.float32]
Chunk = list[tuple[int, Prepared]]
Result = TypeVar("Result")


@dataclass(frozen=True)
class Answer:
    """What the network says of a picture: logits (frames, outputs), or (outputs,) of a glyph, and the features that an
    adapter changes them by. The logits themselves stand in for features that a bundle does not answer."""

    logits: Logits
    features: Logits

    def adapt(self, adapter: Adapter) -> "Answer":
        """The same for one person's hand."""
        return replace(self, logits=adapter.apply(self.logits, self.features))


class Base:
    """What all recognisers share; each task's module of this room has its own as `RECOGNISER`.

    `language` is that of the bundle, where it has one.
    """

    def __init__(
        self,
        card: Card,
        session: Session,
        language: Language | None = None,
        executor: NetworkExecutor | None = None,
    ) -> None:
        self.card, self._session, self.engine = card, session, session.name
        self._language, self._executor = language, executor
        self._prepare = _find_preprocessing(card)

    def prepare(self, picture: Picture) -> Prepared:
        """See Recogniser."""
        return self._prepare(picture)

    def logits(self, prepared: Sequence[Prepared]) -> list[Logits]:
        """See Recogniser."""
        return self._part(self._session.run(self.lay(prepared)), prepared)

    def answer(self, prepared: Sequence[Prepared], shifts: Sequence[Halves] = ()) -> list[Answer]:
        """See Recogniser."""
        answers = self._session.run_all(self.lay(prepared) + self._lay_shifts(shifts))
        logits = self._part(answers[0], prepared)
        features = self._part(answers[1], prepared) if self.card.features else logits
        return [Answer(*pair) for pair in zip(logits, features, strict=True)]

    def takes(self, adapter: Adapter) -> bool:
        """See Recogniser."""
        outputs = self.card.alphabet.size
        return adapter.fits(self.card.sha256, self.card.features or outputs, outputs, self.card.shifts)

    def _lay_shifts(self, shifts: Sequence[Halves]) -> Inputs:
        """The shifts beside each picture, (pictures, shifts); nothing where nobody has any."""
        if not any(map(len, shifts)):
            return ()
        nothing = np.zeros(self.card.shifts, np.float32)
        return (np.stack([one.astype(np.float32) if len(one) else nothing for one in shifts]),)

    @staticmethod
    def example(card: Card, count: int) -> Inputs:
        """So many pictures of a common size, as the network takes them: engines are compared and warmed by them."""
        raise NotImplementedError

    def lay(self, prepared: Sequence[Prepared]) -> Inputs:
        """Pictures side by side, as the network takes them."""
        raise NotImplementedError

    def _part(self, answers: Logits, prepared: Sequence[Prepared]) -> list[Logits]:
        """The network's answer to each picture."""
        raise NotImplementedError

    def interpret_all(
        self, logits: Sequence[Logits], prepared: Sequence[Prepared], terms: Terms = ANY
    ) -> list[Transcription]:
        """See Recogniser."""
        found = self._interpret(logits, prepared, terms)
        pairs = zip(found, prepared, strict=True)
        noted = [replace(one, notices=picture.notices) if picture.notices else one for one, picture in pairs]
        if not self.card.guard:
            return noted
        return [check_familiar(*pair, self.card, terms.charset) for pair in zip(noted, logits, strict=True)]

    def _interpret(self, logits: Sequence[Logits], prepared: Sequence[Prepared], terms: Terms) -> list[Transcription]:
        """The readings, whatever the pictures are like."""
        raise NotImplementedError

    def interpret(self, logits: Logits, prepared: Prepared, terms: Terms = ANY) -> Transcription:
        """See Recogniser."""
        return self.interpret_all([logits], [prepared], terms)[0]

    def recognise(self, prepared: Iterable[Prepared], terms: Terms = ANY) -> list[Transcription]:
        """See Recogniser."""

        def finish(chunk: Chunk, answers: list[Logits]) -> list[tuple[int, Transcription]]:
            parts = zip(answers, _batches(chunk), strict=True)
            logits = [one for answer, batch in parts for one in self._part(answer, batch)]
            pictures = [one for _, one in chunk]
            found: list[Transcription] = []
            for at in range(0, len(chunk), INTERPRETED):
                here = slice(at, at + INTERPRETED)
                found += self.interpret_all(logits[here], pictures[here], terms)
            return [(place, one) for (place, _), one in zip(chunk, found, strict=True)]

        found = self._run(finish, _chunks(prepared))
        return [one for _, one in sorted(chain.from_iterable(found), key=lambda pair: pair[0])]

    def read(self, pictures: Iterable[Picture], terms: Terms = ANY) -> list[Transcription]:
        """See Recogniser."""
        return self.recognise(map(self.prepare, pictures), terms)

    def _run(self, finish: Callable[[Chunk, list[Logits]], Result], chunks: Iterator[Chunk]) -> list[Result]:
        """What `finish` makes of each chunk and the network's answers to its batches."""
        first = next(chunks, [])
        every = chain([first] if first else [], chunks)
        if self._executor and len(first) >= FEW:
            return self._executor.run(self._begin, finish, every)
        return [finish(chunk, [self._session.run(inputs) for inputs in self._begin(chunk)]) for chunk in every]

    def _begin(self, chunk: Chunk) -> list[Inputs]:
        return [self.lay(batch) for batch in _batches(chunk)]


def _find_preprocessing(card: Card) -> Preprocess:
    try:
        return preprocessing(card.preprocessing)
    except UnknownPreprocessing as error:
        raise BundleError(f"The model {card.name} cannot be used. {error}") from error


def _chunks(prepared: Iterable[Prepared]) -> Iterator[Chunk]:
    """Pictures with their places, by width; no more are taken than are asked for."""
    numbered, size = enumerate(prepared), FEW
    while chunk := list(islice(numbered, size)):
        yield sorted(chunk, key=lambda pair: pair[1].width)
        size = min(2 * size, MANY)


def _batches(chunk: Chunk) -> Iterator[list[Prepared]]:
    """Those that are padded to the same width: what is padded costs time, and what is read together saves little."""
    for _, batch in groupby((one for _, one in chunk), key=lambda one: round_up(one.width)):
        yield list(batch)
