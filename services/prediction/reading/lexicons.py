"""Lexicons that were used lately, by version, so that the gateway need not send them again."""

import hashlib

from longhand.handwriting.ctc.lexicon import Lexicon
from longhand.handwriting.errors import BadLexicon
from services.prediction.errors import LexiconMismatch, LexiconUnknown
from services.prediction.metrics import ReadingMetrics
from services.prediction.reading.recent import Recent


class Lexicons:
    """At most `lists` lexicons with at most `entries` entries together, but always the last; any thread may ask."""

    def __init__(self, lists: int, entries: int, metrics: ReadingMetrics) -> None:
        self._recent, self._metrics = Recent[Lexicon](lists, entries, lambda lexicon: len(lexicon.entries)), metrics
        metrics.watch_lexicons(self.size)

    def size(self) -> int:
        """How many entries are kept."""
        return self._recent.size()

    def clear(self) -> None:
        """Forgets all of them."""
        self._recent.clear()

    def find(self, version: str) -> Lexicon:
        """The lexicon of this version; raises LexiconUnknown."""
        known = self._recent.find(version)
        self._metrics.count_lexicon(known is not None)
        if known is None:
            raise LexiconUnknown(f"The lexicon {version} is not at hand: send its entries as well.")
        return known

    def take(self, text: bytes, version: str) -> Lexicon:
        """The lexicon of these entries, one per line; raises BadLexicon, and LexiconMismatch for another version."""
        lexicon = _build(text)
        if lexicon.digest != version:
            raise LexiconMismatch(f"These entries are the lexicon {lexicon.digest}, not {version}.")
        return self._recent.keep(lexicon.digest, lexicon)

    def choose(self, text: bytes) -> Lexicon:
        """The lexicon of candidates, one per line, that may have come before; raises BadLexicon."""
        known = self._recent.find(hashlib.sha256(text).hexdigest())
        self._metrics.count_lexicon(known is not None)
        if known is not None:
            return known
        lexicon = _build(text)
        return self._recent.keep(lexicon.digest, lexicon)


def _build(text: bytes) -> Lexicon:
    try:
        return Lexicon(text.decode().split("\n"))
    except UnicodeDecodeError as error:
        raise BadLexicon("The entries of a lexicon are text in UTF-8.") from error
