"""What every recogniser does, whatever it reads."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.card import Card
from longhand.handwriting.images import Picture
from longhand.handwriting.lexicon import Lexicon
from longhand.handwriting.preprocessing import Prepared, preprocessing
from longhand.handwriting.transcription import Transcription
from longhand.inference.lanes import FEW, Lanes, spread
from longhand.inference.session import Session

ALTERNATIVES = 3
"""How many other texts a reading names at most."""

BATCH = 32
"""How many pictures, of about the same width, go through the network together at most."""

Logits = NDArray[np.float32]


class Base:
    """What both kinds of recogniser share."""

    def __init__(self, card: Card, session: Session, lanes: Lanes | None = None) -> None:
        self.card, self._session, self.engine, self._lanes = card, session, session.name, lanes
        self._prepare = preprocessing(card.preprocessing)

    def prepare(self, picture: Picture) -> Prepared:
        """See Recogniser."""
        return self._prepare(picture)

    def logits(self, prepared: Sequence[Prepared]) -> list[Logits]:
        """See Recogniser."""
        return self._answer(self._session, prepared)

    def _answer(self, session: Session, prepared: Sequence[Prepared]) -> list[Logits]:
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

        def work(session: Session, part: Sequence[int]) -> list[Transcription]:
            pictures = [prepared[i] for i in part]
            return self.interpret_all(self._answer(session, pictures), pictures, charset, lexicon, strict)

        order = sorted(range(len(prepared)), key=lambda i: prepared[i].width)
        lanes = self._lanes if self._lanes and len(order) >= FEW * self._lanes.count else None
        size = min(BATCH, -(-len(order) // lanes.count)) if lanes else BATCH
        parts = [order[start : start + size] for start in range(0, len(order), size)]
        found = lanes.run(work, parts) if lanes else [work(self._session, part) for part in parts]
        places = (i for part in parts for i in part)
        answered = sorted(zip(places, (one for batch in found for one in batch), strict=True), key=lambda pair: pair[0])
        return [one for _, one in answered]

    def read(
        self,
        pictures: Sequence[Picture],
        charset: str = "full",
        lexicon: Lexicon | None = None,
        strict: bool = True,
    ) -> list[Transcription]:
        """See Recogniser."""
        prepared = spread(self.prepare, pictures, self._lanes.count if self._lanes else 1)
        return self.recognise(prepared, charset, lexicon, strict)
