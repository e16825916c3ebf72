"""A report as a list of blocks, which a page, a PDF and Markdown each show in their own way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

Picture: TypeAlias = NDArray[np.uint8]
Spans: TypeAlias = tuple[tuple[str, bool], ...]
"""A text in pieces, each with whether it is right."""


@dataclass(frozen=True)
class Heading:
    """Begins a part of the report; level 1 is its title's."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """Sentences."""

    text: str


@dataclass(frozen=True)
class Table:
    """Rows of text below a head; the columns `words` hold words, the others figures."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Chart:
    """A figure, its file's name without ending, and what it shows."""

    name: str
    figure: Figure
    caption: str


@dataclass(frozen=True)
class Cell:
    """A picture, dark on light, with what is written, what was read, and a remark."""

    picture: Picture
    written: str = ""
    read: Spans = ()
    remark: str = ""


@dataclass(frozen=True)
class Sheet:
    """Pictures beside each other, their file's name without ending, and what they show."""

    name: str
    cells: Sequence[Cell]
    caption: str


Block: TypeAlias = Heading | Paragraph | Table | Chart | Sheet


@dataclass(frozen=True)
class Document:
    """A report: a title, a line below it, and blocks."""

    title: str
    subtitle: str
    blocks: Sequence[Block]


def percent(share: float) -> str:
    """A share of 1 as a person writes it."""
    return f"{100 * share:.2f}\u00a0%"
