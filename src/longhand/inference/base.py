"""What every recogniser does, whatever it reads."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.card import Card
from longhand.handwriting.decoding import Doubles
from longhand.handwriting.images import Picture
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


def gather(log_probabilities: Doubles, members: Sequence[Sequence[int]]) -> Doubles:
    """Log probabilities of groups of outputs along the last axis, renormalised."""
    groups = [np.logaddexp.reduce(log_probabilities[..., list(group)], axis=-1) for group in members]
    kept = np.stack(groups, axis=-1)
    return np.asarray(kept - np.logaddexp.reduce(kept, axis=-1, keepdims=True), np.float64)
