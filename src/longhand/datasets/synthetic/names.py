"""Names of German places and streets, put together from the parts of which such names are made."""

import numpy as np

from longhand.datasets.synthetic.parts import pick, read_parts


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
    return pick(read_parts("names.txt"), kind, random)
