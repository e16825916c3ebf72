"""What is asked of a reading."""

from dataclasses import dataclass

from longhand.handwriting.ctc.lexicon import Lexicon
from longhand.handwriting.ctc.vocabulary import Vocabulary


@dataclass(frozen=True)
class Terms:
    """Which texts may be answered: those that a charset writes, or the entries of a lexicon and, where `strict`,
    nothing else. A charset other than `full` leaves spaces out, unless `spaces` are asked for.

    `vocabulary` is that of the person who asks: its words are likelier where the text is free, that is with the charset
    `full` and without a lexicon, and where the model has a language. Single characters are read without it.
    """

    charset: str = "full"
    lexicon: Lexicon | None = None
    strict: bool = True
    spaces: bool = False
    vocabulary: Vocabulary | None = None


ANY = Terms()
"""Whatever the alphabet writes."""
