"""What every recogniser does, whatever it reads."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.card import Card
from longhand.handwriting.images import Picture
from longhand.handwriting.lexicon import Lexicon
from longhand.handwriting.preprocessing import Prepared, preprocessing
from longhand.handwriting.transcription import Transcription
from longhand.inference.session import Session

ALTERNATIVES = 3
"""How many other texts a reading names at most."""

BATCH = 32
"""How many pictures, of about the same width, go through the network together at most."""

Logits = NDArray[np.float32]


class Base:
    """What both kinds of recogniser share."""

    def __init__(self, card: Card, session: Session, workers: int = 1) -> None:
        self.card, self._session, self.engine, self._workers = card, session, session.name, workers
        self._prepare = preprocessing(card.preprocessing)

    def prepare(self, picture: Picture) -> Prepared:
        """See Recogniser."""
        return self._prepare(picture)

    def logits(self, prepared: Sequence[Prepared]) -> list[Logits]:
        """See Recogniser."""
        raise NotImplementedError

    def interpret_all(
        self,
        logits: Sequence[Logits],
        prepared: Sequence[Prepared],
        charset: str = "full",
        lexicon: Lexicon | None = None,
        strict: bool = True,
    ) -> list[Transcription]:
        """See Recogniser."""
        raise NotImplementedError

    def interpret(
        self,
        logits: Logits,
        prepared: Prepared,
        charset: str = "full",
        lexicon: Lexicon | None = None,
        strict: bool = True,
    ) -> Transcription:
        """See Recogniser."""
        return self.interpret_all([logits], [prepared], charset, lexicon, strict)[0]

    def recognise(
        self,
        prepared: Sequence[Prepared],
        charset: str = "full",
        lexicon: Lexicon | None = None,
        strict: bool = True,
    ) -> list[Transcription]:
        """See Recogniser."""

        def interpret(part: Sequence[int], logits: Sequence[Logits]) -> list[tuple[int, Transcription]]:
            found = self.interpret_all(logits, [prepared[i] for i in part], charset, lexicon, strict)
            return list(zip(part, found, strict=True))

        order = sorted(range(len(prepared)), key=lambda i: prepared[i].width)
        parts = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        if self._workers == 1 or len(parts) < 2:
            answered = [one for part in parts for one in interpret(part, self.logits([prepared[i] for i in part]))]
        else:
            with ThreadPoolExecutor(self._workers) as pool:
                # The network, which counts in threads of its own, runs here; the last part is read meanwhile.
                reading = [pool.submit(interpret, part, self.logits([prepared[i] for i in part])) for part in parts]
                answered = [one for future in reading for one in future.result()]
        return [found for _, found in sorted(answered, key=lambda one: one[0])]

    def read(
        self,
        pictures: Sequence[Picture],
        charset: str = "full",
        lexicon: Lexicon | None = None,
        strict: bool = True,
    ) -> list[Transcription]:
        """See Recogniser."""
        if self._workers == 1 or len(pictures) < 2:
            prepared = [self.prepare(picture) for picture in pictures]
        else:
            with ThreadPoolExecutor(self._workers) as pool:
                prepared = list(pool.map(self.prepare, pictures))
        return self.recognise(prepared, charset, lexicon, strict)
