"""What a recogniser answers."""

from dataclasses import dataclass

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Transcription:
    """A text with its confidence in 0..1, and whether it may be accepted unseen.

    `alternatives` are other texts with their confidence, likeliest first; `characters` are the text's
    characters with their confidence and their box, x0, y0, x1, y1 in pixels of the picture as sent.
    """

    text: str
    confidence: float
    accepted: bool
    alternatives: tuple[tuple[str, float], ...] = ()
    characters: tuple[tuple[str, float, Box], ...] = ()
