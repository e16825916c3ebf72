"""What is asked of a reading."""

from dataclasses import dataclass

from longhand.handwriting.ctc.lexicon import Lexicon


@dataclass(frozen=True)
class Terms:
    """Which texts may be answered: those that a charset writes, or the entries of a lexicon and, where `strict`,
    nothing else. A charset other than `full` leaves spaces out, unless `spaces` are asked for.
    """

    charset: str = "full"
    lexicon: Lexicon | None = None
    strict: bool = True
    spaces: bool = False


ANY = Terms()
"""Whatever the alphabet writes."""
