"""Labels cleaned by rules that have names: a recipe says which of them a set needs, and the card how many it changed.

The rules are for French labels of archives. Each mends one habit of those who wrote them down, and leaves alone what it
is not sure of.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from longhand.datasets.sample import DatasetError, Sample

Rule = Callable[[str], str]

_SMALL_WORDS = "à|au|aux|avec|chez|d'un|d'une|de|des|du|en|et|la|le|les|par|pour|rue|sa|son|sur|Mr|Mme"
_GLUED = re.compile(rf"(?<![\w'])({_SMALL_WORDS})(?=[A-ZÀ-Ý](?:[a-zà-ÿ'.]|\b))")
_STOPPED = re.compile(r"(?<=[a-zà-ÿ]{2})([,;])(?=[A-Za-zÀ-ÿ])")
_LOOSE = re.compile(r"(?<=[\w)])\s+(?=[,.](?:\s|$))|(?<=\()\s+|\s+(?=\))")
_EXPANDED = re.compile(r"\b(?:(M\^?r\.?)Monsieur|(M\^?me)Madame|(S\^?t)Saint)")
_LINE_END = re.compile(r"(?<=[a-zà-ÿ])[=¬]$")
_WORDS = re.compile(r"[A-Za-zÀ-ÿœŒ]+")


def part_words(text: str) -> str:
    """Words that are glued together: a small word before a capital (`deMr`), a comma before a letter."""
    return _STOPPED.sub(r"\1 ", _GLUED.sub(r"\1 ", text))


def tighten(text: str) -> str:
    """Spaces before commas and points and inside of parentheses, which nobody wrote, are taken out."""
    return _LOOSE.sub("", text)


def drop_expansions(text: str) -> str:
    """An abbreviation that is followed by what it stands for (`MrMonsieur`) is what was written."""
    return _EXPANDED.sub(lambda found: next(filter(None, found.groups())), text)


def lower_superscripts(text: str) -> str:
    """`M^r` becomes `Mr`: the mark is no ink, and half of the registers leave it out."""
    return text.replace("^", "")


def unify_hyphens(text: str) -> str:
    """A word that is broken at the line's end ends with a hyphen, whatever sign stands for it (`=`, `¬`)."""
    return _LINE_END.sub("-", text)


def mend_accents(text: str) -> str:
    """A word that French does not have, but has with another accent on one e, gets that accent (`précèdent`)."""
    return _WORDS.sub(lambda found: _mend_word(found[0]), text)


RULES: Mapping[str, Rule] = {
    "glued": part_words,
    "loose": tighten,
    "expansions": drop_expansions,
    "superscripts": lower_superscripts,
    "hyphens": unify_hyphens,
    "accents": mend_accents,
}
"""The rules by the names that recipes use."""


def clean_samples(samples: Iterator[Sample], rules: Sequence[str], changed: Counter[str]) -> Iterator[Sample]:
    """The samples with their texts cleaned, rule after rule; how many each changed is counted while they are drawn.

    Raises DatasetError for a rule that is not known.
    """
    if unknown := [rule for rule in rules if rule not in RULES]:
        raise DatasetError(f"There is no rule {unknown[0]!r} to clean labels. Choose of {', '.join(RULES)}.")
    for sample in samples:
        text = sample.text
        for rule in rules:
            before, text = text, RULES[rule](text)
            changed[rule] += before != text
        yield replace(sample, text=text)


def _mend_word(word: str) -> str:
    """The one French word that is other in an accent on an e, if it is one; else the word itself."""
    if not set("éè") & set(word) or _is_french(word.lower()):
        return word
    other = {"é": "è", "è": "é"}
    near = {word[:i] + other[c] + word[i + 1 :] for i, c in enumerate(word) if c in other}
    known = [one for one in near if _is_french(one.lower())]
    return known[0] if len(known) == 1 else word


@lru_cache(maxsize=1 << 16)
def _is_french(word: str) -> bool:
    from wordfreq import zipf_frequency

    return bool(zipf_frequency(word, "fr") > 0)
