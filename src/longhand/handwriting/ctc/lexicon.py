"""A lexicon: the texts that a picture may show, ranked by their exact probability."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from longhand.handwriting.alphabet import Alphabet, normalise
from longhand.handwriting.ctc.likelihood import Doubles, Frames, Integers, Rows, join, pack, score
from longhand.handwriting.ctc.spellings import COST, close_up, fold_spelling, vary
from longhand.handwriting.errors import BadLexicon

MAX_ENTRIES, MAX_LENGTH = 100_000, 200
_SHORT, _PART = 256, 100
"""The shortlist that is scored exactly: _SHORT entries and a _PARTth of the list. On words of validation writers the
best of all 5,085 entries was missing once in 1,363."""

_VARIED = 16
"""So many entries, those with the fewest edits to the reading, are also scored in other spellings."""

_FAR, _LITTLE = 5.0, 0.5
"""In log probability: what an entry lacks per character at most, and what all of them lack."""


@dataclass(frozen=True)
class Ranking:
    """The shortlisted entries for a picture, likeliest first, with their exact log probabilities.

    `fit` is the log probability of the best entry minus that of the best reading without a lexicon, divided by the
    number of the entry's characters: about 0 where the picture shows the entry, below -1 where it shows another text.
    `lead` is how much less well the next entry fits: the logarithm of how many times as much it lacks as the best one,
    0 where both lack the same. A network that is unsure of a hand lacks something of every entry, but more of the wrong
    ones. `written` is the spelling of the best entry that fits best.
    """

    entries: tuple[str, ...]
    log_probs: Doubles
    fit: float
    lead: float = 0.0
    written: str = ""


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

    def rank(
        self, frames: Frames, picture: int, alphabet: Alphabet, reading: str, best: float, forgiving: bool = False
    ) -> Ranking:
        """Ranks the entries for one of the pictures. `reading` is its greedy text, `best` the log probability of its
        likeliest text without a lexicon. Entries that need more frames than the picture has are left out.

        With `forgiving` an entry is as likely as its likeliest spelling, see spellings.py.
        """
        places = self._shortlist(reading, forgiving)
        chosen = self._spell(alphabet).take(places, picture)
        if not forgiving:
            return self._order(places, _score(frames, chosen), best)
        near = np.argsort(self._count_folded(reading, places), kind="stable")[:_VARIED].tolist()
        spelled = [(at, spelling) for at in near for spelling in vary(self.entries[places[at]])]
        log_probs, others = _score_both(frames, picture, alphabet, chosen, [spelling for _, spelling in spelled])
        written: dict[int, str] = {}
        for (at, spelling), log_prob in zip(spelled, others, strict=True):
            if log_prob > log_probs[at]:
                log_probs[at], written[int(places[at])] = log_prob, spelling
        return self._order(places, log_probs, best, written)

    def _order(
        self, places: Integers, log_probs: Doubles, best: float, written: Mapping[int, str] | None = None
    ) -> Ranking:
        """The entries at some places by their log probabilities; `written` are the spellings of those that are likelier
        in another one, None where none was tried."""
        order = np.argsort(-log_probs, kind="stable")
        order = order[log_probs[order] > -np.inf]
        places, log_probs = places[order], log_probs[order]
        if not len(order):
            return Ranking((), log_probs, -np.inf)
        entries = tuple(self.entries[place] for place in places)
        lacking = best - log_probs
        fit = -float(lacking[0]) / len(entries[0])
        if written is None:
            return Ranking(entries, log_probs, fit, written=entries[0])
        return Ranking(entries, log_probs, fit, self._lead(places, lacking), written.get(int(places[0]), entries[0]))

    def _lead(self, places: Integers, lacking: Doubles) -> float:
        """See Ranking; `lacking` is what each entry lacks, the best one first. Another entry of the same letters does
        not count as the next one."""
        own, first = self._folded[places[0]], max(float(lacking[0]), 0.0)
        others = (float(one) for place, one in zip(places, lacking, strict=True) if self._folded[place] != own)
        second = min(next(others, math.inf), _FAR * len(self.entries[places[0]]))
        return math.log((max(second, first) + _LITTLE) / (first + _LITTLE))

    def _shortlist(self, reading: str, forgiving: bool) -> Integers:
        """The places of the entries with the fewest edits to a reading, in their order."""
        count = _SHORT + len(self.entries) // _PART
        if count >= len(self.entries):
            return np.arange(len(self.entries))
        edits = self._count_folded(reading) if forgiving else _count_edits(reading, self.entries)
        return np.sort(np.argpartition(edits, count)[:count])

    def _count_folded(self, reading: str, places: Integers | None = None) -> NDArray[np.int32]:
        """The edits between a reading and each entry, or each of some, whatever their case and spacing."""
        listed = self._folded if places is None else [self._folded[place] for place in places]
        return _count_edits(fold_spelling(reading), listed)

    @cached_property
    def _folded(self) -> tuple[str, ...]:
        return tuple(map(fold_spelling, self.entries))

    def _spell(self, alphabet: Alphabet) -> _Spelled:
        if alphabet not in self._spelled:
            kind = np.min_scalar_type(alphabet.size)
            encoded = [np.array(alphabet.encode(entry), kind) for entry in self.entries]
            ends = np.cumsum([len(outputs) for outputs in encoded])
            self._spelled[alphabet] = _Spelled(np.concatenate(encoded), ends)
        return self._spelled[alphabet]


def _score(frames: Frames, rows: Rows) -> Doubles:
    """The log probability of each text, -inf where it has no character of the alphabet."""
    return np.where(rows.lengths > 0, score(frames, rows), -np.inf)


def _score_both(
    frames: Frames, picture: int, alphabet: Alphabet, rows: Rows, spellings: Sequence[str]
) -> tuple[Doubles, Doubles]:
    """The log probabilities of texts, and of spellings whose spaces are left out of account, less COST. All are scored
    at once, as two pictures: most of the time goes into the loop over frames."""
    one = frames.probabilities[picture : picture + 1]
    both = np.concatenate([one, close_up(one, alphabet.encode(" "))])
    encoded = [alphabet.encode(spelling.replace(" ", "")) for spelling in spellings]
    every = join(replace(rows, owners=np.zeros_like(rows.owners)), pack(encoded, np.ones(len(encoded), np.int64)))
    log_probs = _score(Frames(both, np.repeat(frames.lengths[picture : picture + 1], 2)), every)
    return log_probs[: len(rows.lengths)], log_probs[len(rows.lengths) :] - COST


def _count_edits(reading: str, entries: Sequence[str]) -> NDArray[np.int32]:
    return np.asarray(cdist([reading], entries, scorer=Levenshtein.distance, dtype=np.int32)[0], np.int32)


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
