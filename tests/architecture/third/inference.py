"""What reads with the third task's network."""

from longhand.inference.characters import GlyphRecogniser


class DigitRecogniser(GlyphRecogniser):
    """Reads single digits."""


RECOGNISER = DigitRecogniser
