"""What a recogniser answers."""

from dataclasses import dataclass

from longhand.handwriting.notices import Notice

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Match:
    """What a lexicon made of a picture: the entry, or None for "none of these".

    `margin` is by how much the best entry's probability, in 0..1 among those that come into question, exceeds the
    second best's; `fit` and `lead` are how well the best entry fits, see lexicon.py.
    """

    entry: str | None
    margin: float
    fit: float = 0.0
    lead: float = 0.0


@dataclass(frozen=True)
class Transcription:
    """A text with its confidence in 0..1, and whether it may be accepted unseen.

    `alternatives` are other texts with their confidence, likeliest first; `characters` are the text's
    characters with their confidence and their box, x0, y0, x1, y1 in pixels of the picture as sent.
    `match` is there where a lexicon was given. An empty text has the confidence 0: no character was
    read, or no entry of a strict lexicon fits. `notices` are what a person should know of the picture.
    """

    text: str
    confidence: float
    accepted: bool
    alternatives: tuple[tuple[str, float], ...] = ()
    characters: tuple[tuple[str, float, Box], ...] = ()
    match: Match | None = None
    notices: tuple[Notice, ...] = ()
