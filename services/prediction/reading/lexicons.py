"""Lexicons that were used lately, by version, so that the gateway need not send them again."""

import hashlib
from collections import OrderedDict
from threading import Lock

from longhand.handwriting.ctc.lexicon import Lexicon
from longhand.handwriting.errors import BadLexicon
from services.prediction.errors import LexiconMismatch, LexiconUnknown
from services.prediction.metrics import ReadingMetrics


class Lexicons:
    """At most `lists` lexicons with at most `entries` entries together, but always the last; any thread may ask."""

    def __init__(self, lists: int, entries: int, metrics: ReadingMetrics) -> None:
        self._lists, self._entries, self._metrics = lists, entries, metrics
        self._known: OrderedDict[str, Lexicon] = OrderedDict()
        self._lock = Lock()
        metrics.watch_lexicons(self.size)

    def size(self) -> int:
        """How many entries are kept."""
        with self._lock:
            return sum(len(lexicon.entries) for lexicon in self._known.values())

    def find(self, version: str) -> Lexicon:
        """The lexicon of this version; raises LexiconUnknown."""
        known = self._recall(version)
        self._metrics.count_lexicon(known is not None)
        if known is None:
            raise LexiconUnknown(f"The lexicon {version} is not at hand: send its entries as well.")
        return known

    def take(self, text: bytes, version: str) -> Lexicon:
        """The lexicon of these entries, one per line; raises BadLexicon, and LexiconMismatch for another version."""
        lexicon = _build(text)
        if lexicon.digest != version:
            raise LexiconMismatch(f"These entries are the lexicon {lexicon.digest}, not {version}.")
        return self._keep(lexicon)

    def choose(self, text: bytes) -> Lexicon:
        """The lexicon of candidates, one per line, that may have come before; raises BadLexicon."""
        known = self._recall(hashlib.sha256(text).hexdigest())
        self._metrics.count_lexicon(known is not None)
        return known or self._keep(_build(text))

    def _recall(self, version: str) -> Lexicon | None:
        with self._lock:
            if version in self._known:
                self._known.move_to_end(version)
            return self._known.get(version)

    def _keep(self, lexicon: Lexicon) -> Lexicon:
        """The lexicon, or the one of the same entries that another thread kept before."""
        with self._lock:
            kept = self._known.setdefault(lexicon.digest, lexicon)
            self._known.move_to_end(lexicon.digest)
            while len(self._known) > 1 and self._full():
                self._known.popitem(last=False)
            return kept

    def _full(self) -> bool:
        entries = sum(len(lexicon.entries) for lexicon in self._known.values())
        return len(self._known) > self._lists or entries > self._entries


def _build(text: bytes) -> Lexicon:
    try:
        return Lexicon(text.decode().split("\n"))
    except UnicodeDecodeError as error:
        raise BadLexicon("The entries of a lexicon are text in UTF-8.") from error
