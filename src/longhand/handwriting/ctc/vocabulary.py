"""A person's vocabulary: words that they have corrected, as a language of its own beside that of a bundle.

It is a cache (Kuhn and De Mori, A Cache-Based Natural Language Model for Speech Recognition, 1990): a word that was
written is likely to be written again. It is mixed with the bundle's language by a Dirichlet prior (MacKay and Bauman
Peto, A Hierarchical Dirichlet Language Model, 1995), so that a word which the language expects anyway gains nothing.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import extract

from longhand.handwriting.alphabet import Alphabet, normalise
from longhand.handwriting.ctc.language import Language
from longhand.handwriting.ctc.likelihood import pack
from longhand.handwriting.errors import BadVocabulary

MAX_WORDS = 500
SHORTEST, LONGEST = 3, 60
"""The characters of a word: shorter ones are near to too many others."""

CONCENTRATION = 1000.0
"""A word corrected once is taken to be one of so many that the person writes. Chosen on validation writers."""

HALF = 100
"""A word that so many others were corrected after counts half (Clarkson and Robinson, Language Model Adaptation Using
Mixtures and an Exponentially Decaying Cache, 1997)."""

NEAR = 8
"""So many words, those with the fewest edits, are tried in place of one that was read."""

Span = tuple[int, int]

_PART = re.compile(r"\S+")
_EDGES = re.compile(r"^\W*|\W*$")
_WORD = re.compile(r"[^\W\d_]+(?:['.-]+[^\W\d_]+)*")


def is_word(text: str) -> bool:
    """Whether a vocabulary takes it: a normalised word of letters, with at most points, hyphens and apostrophes within.

    Numbers stay outside: which one stands there is no matter of habit.
    """
    return SHORTEST <= len(text) <= LONGEST and text == normalise(text) and bool(_WORD.fullmatch(text))


def find_words(text: str) -> list[str]:
    """The words that a vocabulary takes of a text, in their order."""
    text = normalise(text)
    return [text[a:b] for a, b in find_cores(text) if is_word(text[a:b])]


def find_parts(text: str) -> Iterator[Span]:
    """Where each part between spaces begins and ends."""
    return (part.span() for part in _PART.finditer(text))


def find_cores(text: str) -> Iterator[Span]:
    """The same, less the punctuation around each part."""
    for start, end in find_parts(text):
        if core := _EDGES.sub("", text[start:end]):
            begin = text.index(core, start)
            yield begin, begin + len(core)


class Vocabulary:
    """Words with how often each was corrected, the one that was corrected last first.

    `text` has a line for each, its count, a tab, the word; `digest` is the SHA-256 of that in UTF-8. Raises
    BadVocabulary for more than MAX_WORDS, for what is no word, and for a count below 1.
    """

    def __init__(self, words: Mapping[str, int]) -> None:
        if len(words) > MAX_WORDS:
            raise BadVocabulary(f"A vocabulary has at most {MAX_WORDS} words; this one has {len(words):,}.")
        for word, count in words.items():
            if not is_word(word) or count < 1:
                raise BadVocabulary(f"{word[:20]!r}, corrected {count} times, is not a word of a vocabulary.")
        self.words = dict(words)
        self.text = "\n".join(f"{count}\t{word}" for word, count in words.items())
        self.digest = hashlib.sha256(self.text.encode()).hexdigest()
        self._gains: WeakKeyDictionary[Language, dict[str, float]] = WeakKeyDictionary()

    @classmethod
    def parse(cls, text: str) -> "Vocabulary":
        """The vocabulary of `text`: a line with count, tab and word for each. Raises BadVocabulary."""
        lines = [line.partition("\t") for line in text.split("\n")] if text else []
        if not all(count.isascii() and count.isdecimal() for count, _, _ in lines):
            raise BadVocabulary("A line of a vocabulary is a count, a tab and a word.")
        return cls({word: int(count[:9]) for count, _, word in lines})

    @cached_property
    def _listed(self) -> list[str]:
        return list(self.words)

    def holds(self, text: str) -> bool:
        """Whether a text has one of the words."""
        return any(text[a:b] in self.words for a, b in find_cores(text))

    def gains(self, language: Language) -> dict[str, float]:
        """By how much each word is likelier than the language has it, in log probability; a word that its alphabet
        lacks a character of is left out.

        The probability of a word is (c + k p) / (n + k), where c is its count, n that of all words, k CONCENTRATION
        and p what the language gives it alone; what does not depend on the word is left out.
        """
        if (known := self._gains.get(language)) is None:
            known = self._gains[language] = self._weigh(language)
        return known

    def _weigh(self, language: Language) -> dict[str, float]:
        alphabet = Alphabet(language.ngrams.characters)
        spelled = [(word, count, place) for place, (word, count) in enumerate(self.words.items())]
        spelled = [one for one in spelled if not alphabet.missing(one[0])]
        if not spelled:
            return {}
        rows = pack([alphabet.encode(word) for word, _, _ in spelled], np.zeros(len(spelled), np.int64))
        counts = np.array([count * 2.0 ** (-place / HALF) for _, count, place in spelled])
        gains = np.logaddexp(0, np.log(counts / CONCENTRATION) - language.score(rows))
        return dict(zip((word for word, _, _ in spelled), gains.tolist(), strict=True))

    def find_near(self, text: str) -> list[str]:
        """The words with the fewest edits to a text, NEAR at most, none of which changes more than a third of it."""
        most = (len(text) + 2) // 3
        found = extract(text, self._listed, scorer=Levenshtein.distance, score_cutoff=most, limit=NEAR)
        return [word for word, edits, _ in found if edits]
