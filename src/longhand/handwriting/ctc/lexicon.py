"""A lexicon: the texts that a picture may show, ranked by their exact probability."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from longhand.handwriting.alphabet import Alphabet, normalise
from longhand.handwriting.ctc.likelihood import Doubles, Frames, Integers, Rows, score
from longhand.handwriting.errors import BadLexicon

MAX_ENTRIES, MAX_LENGTH = 100_000, 200
_SHORT, _PART = 256, 100
"""The shortlist that is scored exactly: _SHORT entries and a _PARTth of the list. On words of validation writers the
best of all 5,085 entries was missing once in 1,363."""


@dataclass(frozen=True)
class Ranking:
    """The shortlisted entries for a picture, likeliest first, with their exact log probabilities.

    `fit` is the log probability of the best entry minus that of the best reading without a lexicon, divided by the
    number of the entry's characters: about 0 where the picture shows the entry, below -1 where it shows another text.
    """

    entries: tuple[str, ...]
    log_probs: Doubles
    fit: float


@dataclass(frozen=True)
class _Spelled:
    """Texts as outputs, one after another in the smallest type that holds them; text i ends before `ends[i]`."""

    outputs: NDArray[np.unsignedinteger]
    ends: Integers

    def take(self, places: Integers, owner: int) -> Rows:
        """Some of the texts, all about one picture, padded to the longest of them."""
        starts = np.where(places > 0, self.ends[places - 1], 0)
        lengths = self.ends[places] - starts
        columns = np.arange(lengths.max(initial=0))
        within = columns < lengths[:, None]
        outputs = np.zeros(within.shape, np.int64)
        outputs[within] = self.outputs[(starts[:, None] + columns)[within]]
        return Rows(outputs, lengths, np.full(len(places), owner))


class Lexicon:
    """Texts to choose from: normalised, each once, in the order given; `digest` is their SHA-256 in hex.

    Raises BadLexicon for no entries, more than MAX_ENTRIES, an empty one, or one longer than MAX_LENGTH characters.
    """

    def __init__(self, entries: Sequence[str]) -> None:
        if not 0 < len(entries) <= MAX_ENTRIES:
            raise BadLexicon(f"A lexicon has 1 to {MAX_ENTRIES:,} entries; this one has {len(entries):,}.")
        self.entries = tuple(dict.fromkeys(map(normalise, entries)))
        for entry in self.entries:
            if not 0 < len(entry) <= MAX_LENGTH:
                raise BadLexicon(
                    f"An entry of a lexicon has 1 to {MAX_LENGTH} characters; {entry[:20]!r} has {len(entry)}."
                )
        self.digest = hashlib.sha256("\n".join(self.entries).encode()).hexdigest()
        self._spelled: dict[Alphabet, _Spelled] = {}

    def rank(self, frames: Frames, picture: int, alphabet: Alphabet, reading: str, best: float) -> Ranking:
        """Ranks the entries for one of the pictures. `reading` is its greedy text, `best` the log probability of its
        likeliest text without a lexicon. Entries that need more frames than the picture has are left out.
        """
        places = self._shortlist(reading)
        chosen = self._spell(alphabet).take(places, picture)
        log_probs = np.where(chosen.lengths > 0, score(frames, chosen), -np.inf)
        order = np.argsort(-log_probs, kind="stable")
        order = order[log_probs[order] > -np.inf]
        entries = tuple(self.entries[i] for i in places[order])
        fit = (float(log_probs[order[0]]) - best) / len(entries[0]) if entries else -np.inf
        return Ranking(entries, log_probs[order], fit)

    def _shortlist(self, reading: str) -> Integers:
        """The places of the entries with the fewest edits to a reading, in their order."""
        count = _SHORT + len(self.entries) // _PART
        if count >= len(self.entries):
            return np.arange(len(self.entries))
        edits = cdist([reading], self.entries, scorer=Levenshtein.distance, dtype=np.int32)[0]
        return np.sort(np.argpartition(edits, count)[:count])

    def _spell(self, alphabet: Alphabet) -> _Spelled:
        if alphabet not in self._spelled:
            kind = np.min_scalar_type(alphabet.size)
            encoded = [np.array(alphabet.encode(entry), kind) for entry in self.entries]
            ends = np.cumsum([len(outputs) for outputs in encoded])
            self._spelled[alphabet] = _Spelled(np.concatenate(encoded), ends)
        return self._spelled[alphabet]


def choose_fit(outside: Sequence[float], share: float = 0.03) -> float:
    """The lowest threshold of `fit` at which at most `share` of the pictures whose text is not in the lexicon get an
    entry.

    `outside` is the fit of the best entry to each of these pictures. The share is lower than the promised one, as
    writers differ. Raises ValueError where there is no such picture.
    """
    if not len(outside):
        raise ValueError("no picture whose text is outside the list")
    falling = np.sort(outside)[::-1]
    return float(np.nextafter(falling[int(share * len(falling))], np.inf))
