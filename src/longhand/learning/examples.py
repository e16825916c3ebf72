"""Validation samples: how a few pictures are read after each epoch, and in which sets the texts of a batch occur."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import keras
import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.alphabet import Alphabet
from longhand.learning.methods import find_method
from longhand.learning.prepared import Item, PreparedSet
from longhand.tasks import Task

FEW = 6
"""How many pictures of a set are read after each epoch to be looked at."""


def reader(
    task: Task, data: PreparedSet, items: Sequence[Item], alphabet: Alphabet, kind: str = ""
) -> Callable[[keras.Model], dict[str, str]]:
    """What reads a few pictures of each set, always the same, and says by set what is written and what was read; with
    networks of a `kind`, as recipes call it."""
    chosen, read = pick(items), find_method(task, kind).read

    def sample(model: keras.Model) -> dict[str, str]:
        lines: defaultdict[str, list[str]] = defaultdict(list)
        for item, text in read(model, data, chosen, alphabet):
            lines[item.set].append(f"- {_quote(item.text)} → {_quote(text)}\n")
        return {f"readings/{name}": "".join(pairs) for name, pairs in sorted(lines.items())}

    return sample


def pick(items: Iterable[Item]) -> list[Item]:
    """FEW items of each set, evenly spaced."""
    sets: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        sets[item.set].append(item)
    return [item for some in sets.values() for item in some[:: -(-len(some) // FEW)]]


def tracer(items: Sequence[Item], alphabet: Alphabet) -> Callable[[NDArray[np.int32]], str]:
    """What says in which sets the texts of labels occur: a batch knows its labels alone."""

    def trace(labels: NDArray[np.int32]) -> str:
        rows = labels[:, None] if labels.ndim == 1 else labels[:, 1:]  # frames come before the outputs of a text
        homes = _homes(items, alphabet)
        found = Counter(name for row in rows.tolist() for name in homes.get(alphabet.decode(row), ("none of them",)))
        return ", ".join(f"{name} ({count})" for name, count in found.most_common())

    return trace


def _homes(items: Sequence[Item], alphabet: Alphabet) -> Mapping[str, set[str]]:
    homes: defaultdict[str, set[str]] = defaultdict(set)
    for item in items:
        homes[alphabet.decode(alphabet.encode(item.text))].add(item.set)
    return homes


def _quote(text: str) -> str:
    return f"`{text.replace('`', chr(39))}`" if text else "nothing"
