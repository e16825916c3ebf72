"""What every recogniser does, whatever it reads."""

from collections.abc import Sequence

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

Logits = NDArray[np.float32]


class Base:
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
        return self.interpret_all(self.logits(prepared), prepared, charset, lexicon, strict) if prepared else []

    def read(
        self,
        pictures: Sequence[Picture],
        charset: str = "full",
        lexicon: Lexicon | None = None,
        strict: bool = True,
    ) -> list[Transcription]:
        """See Recogniser."""
        return self.recognise([self.prepare(picture) for picture in pictures], charset, lexicon, strict)
