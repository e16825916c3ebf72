"""Words and short sentences to draw, in English, German and French (word frequencies: R. Speer, wordfreq)."""

from collections.abc import Sequence

import numpy as np

from longhand.datasets.synthetic.names import make_name
from longhand.tasks import LATIN

LANGUAGES = ("en", "de", "fr")
_TOP = 20000
_LENGTHS = (0.42, 0.22, 0.12, 0.08, 0.06, 0.04, 0.03, 0.03)


def make_texts(count: int, seed: int, characters: str = LATIN, longest: int = 32, names: float = 0.0) -> list[str]:
    """Make `count` texts of one to eight words, numbers and abbreviations, none longer than `longest` characters.

    A share of them are `names` of places and streets. Only texts that `characters` can spell are made. The same seed
    gives the same texts.
    """
    random = np.random.default_rng(seed)
    words = [_words(language, frozenset(characters)) for language in LANGUAGES]
    texts: list[str] = []
    while len(texts) < count:
        text = _make(words[int(random.integers(len(words)))], random, names)
        if 0 < len(text) <= longest and set(text) <= set(characters):
            texts.append(text)
    return texts


def _words(language: str, characters: frozenset[str]) -> list[str]:
    from wordfreq import top_n_list

    return [w for w in top_n_list(language, _TOP) if set(w) <= characters]


def _make(words: Sequence[str], random: np.random.Generator, names: float) -> str:
    if random.random() < names:
        return make_name(random)
    count = int(random.choice(len(_LENGTHS), p=_LENGTHS)) + 1
    return " ".join(_vary(words[int(random.integers(len(words)))], random) for _ in range(count))


def _vary(word: str, random: np.random.Generator) -> str:
    """Capitals, punctuation and numbers, as often as a form or a letter has them."""
    kind = random.random()
    if kind < 0.30:
        word = word.capitalize()
    elif kind < 0.35:
        word = word.upper()
    elif kind < 0.42:
        return str(int(random.integers(10 ** int(random.integers(1, 5)))))
    return word + str(random.choice([".", ",", "-", ":", ";", "?", "!", ")"])) if random.random() < 0.12 else word
