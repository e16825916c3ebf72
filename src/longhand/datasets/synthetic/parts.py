"""Lists of words beside the modules, from whose parts texts are put together."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources

import numpy as np

Parts = Mapping[str, Sequence[str]]
"""Words by what they are for; the oftener a word stands there, the oftener it is picked."""


@lru_cache(maxsize=4)
def read_parts(file: str) -> Parts:
    """Read `[kind]` and words after it, separated by commas, from a file beside this module."""
    text = (resources.files("longhand.datasets.synthetic") / file).read_text(encoding="utf-8")
    sections = (section.split("]", 1) for section in text.split("[")[1:])
    return {kind: " ".join(parts.split()).split(", ") for kind, parts in sections}


def pick(parts: Parts, kind: str, random: np.random.Generator) -> str:
    """Any of the words of a kind."""
    words = parts[kind]
    return words[int(random.integers(len(words)))]


def pick_form(kind: str, random: np.random.Generator) -> str:
    """Any of the words of a kind that people write into forms."""
    return pick(read_parts("forms.txt"), kind, random)
