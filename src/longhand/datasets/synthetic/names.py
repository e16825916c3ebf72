"""Names of German places and streets, put together from the parts of which such names are made."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources

import numpy as np


def make_name(random: np.random.Generator) -> str:
    """Make the name of a place or a street."""
    kind = random.random()
    if kind < 0.38:
        return _place(random)
    if kind < 0.62:
        return _stem(random) + _pick(random, "street")
    if kind < 0.78:
        return f"{_town(random)} {_pick(random, 'street').capitalize()}"
    if kind < 0.88:
        between = "-" if random.random() < 0.8 else " "
        return between.join((_pick(random, "first"), _pick(random, "last"), _pick(random, "street").capitalize()))
    if kind < 0.93:
        return f"{_pick(random, 'last')}{_pick(random, 'street')}"
    return f"{_pick(random, 'with')} {_stem(random)}{_pick(random, 'place')}"


def _place(random: np.random.Generator) -> str:
    name = _stem(random) + _pick(random, "place")
    kind = random.random()
    if kind < 0.12:
        before = _pick(random, "before")
        return f"{before} {name}" if random.random() < 0.6 else before + name.lower()
    if kind < 0.18:
        return f"{name}-{_stem(random)}{_pick(random, 'place')}"
    return name


def _town(random: np.random.Generator) -> str:
    name = _stem(random) + _pick(random, "place")
    return name + ("r" if name.endswith("e") else "er")


def _stem(random: np.random.Generator) -> str:
    stem = _pick(random, "stem")
    shortened = stem[:-2] if stem.endswith("en") and random.random() < 0.2 else stem
    return shortened + ("s" if random.random() < 0.06 and not shortened.endswith(("s", "ß", "z")) else "")


def _pick(random: np.random.Generator, kind: str) -> str:
    parts = _parts()[kind]
    return parts[int(random.integers(len(parts)))]


@lru_cache(maxsize=1)
def _parts() -> Mapping[str, Sequence[str]]:
    """The parts by kind; the oftener a part stands in the file, the oftener it is picked."""
    text = (resources.files("longhand.datasets.synthetic") / "names.txt").read_text(encoding="utf-8")
    sections = (section.split("]", 1) for section in text.split("[")[1:])
    return {kind: " ".join(parts.split()).split(", ") for kind, parts in sections}
