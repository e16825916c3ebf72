"""What the models learn from in the shared lane: the corrections that count, as the lines of a dataset version.

The name of each line is the id of its reading: so a version is its own manifest, which says of whose corrections it is
made, and a version whose lines are the same is the same version.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from longhand.contracts.corrections import Answer
from longhand.handwriting.alphabet import normalise
from longhand.samples.sides import Side
from longhand.samples.versions import Line

SET = "corrections"
"""The set of the lines, and the first part of the versions' names."""


class Correction(Protocol):
    """A correction that stands, as `samples.corrections` gives it; `number` is that of its line in the journal."""

    @property
    def number(self) -> int: ...
    @property
    def reading(self) -> str: ...
    @property
    def by(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def answer(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def picture(self) -> str: ...
    @property
    def task(self) -> str: ...
    @property
    def trusted(self) -> bool: ...
    @property
    def side(self) -> Side: ...
    @property
    def document(self) -> str | None: ...
    @property
    def writer(self) -> str | None: ...


@dataclass(frozen=True)
class Gathered:
    """Corrections of one task: those to learn from, how many judge, and by reason how many do neither."""

    taken: tuple[Correction, ...]
    gate: int
    left_out: Mapping[str, int]

    def since(self, number: int) -> list[Correction]:
        """Those that were made after the line of the journal with this number."""
        return [one for one in self.taken if one.number > number]

    @property
    def upto(self) -> int:
        """The number of the last one in the journal, 0 where there is none."""
        return max((one.number for one in self.taken), default=0)


def gather(standing: Iterable[Correction]) -> Gathered:
    """Divide the corrections of a task that stand.

    Of a picture that was corrected twice alike, the first correction is taken; one that was corrected otherwise each
    time teaches nothing, and is left out until people agree.
    """
    left_out: Counter[str] = Counter()
    gate, pictures = 0, defaultdict[str, list[Correction]](list)
    for one in standing:
        if reason := _object(one):
            left_out[reason] += 1
        elif one.side is Side.GATE:
            gate += 1
        else:
            pictures[one.picture].append(one)
    taken = []
    for alike in pictures.values():
        first, *others = sorted(alike, key=lambda one: one.number)
        if len({normalise(one.text) for one in alike}) > 1:
            left_out["pictures that people read differently"] += len(alike)
        else:
            taken.append(first)
            left_out["copies of a picture"] += len(others)
    ordered = sorted(taken, key=lambda one: one.number)
    return Gathered(tuple(ordered), gate, {reason: count for reason, count in sorted(left_out.items()) if count})


def lines(taken: Iterable[Correction], suffix: Callable[[str], str]) -> list[Line]:
    """The lines of a dataset version, all to train on; `suffix` gives that of a picture's file, by its SHA-256.

    The group is the writer, else the document, else the person.
    """
    return [
        Line(one.picture, normalise(one.text), group_of(one), "train", SET, one.reading, suffix(one.picture))
        for one in taken
    ]


def group_of(one: Correction) -> str:
    """What is resampled and split as one; what two people call alike is not the same."""
    for kind, name in (("writer", one.writer), ("document", one.document)):
        if name:
            return f"{one.by}: {kind} {name}"
    return one.by


def _object(one: Correction) -> str:
    """Why a correction neither teaches nor judges; empty where it does."""
    if not one.trusted:
        return "by people who are not trusted yet"
    if one.answer != Answer.TEXT:
        return one.answer.replace("_", " ")
    return ""
