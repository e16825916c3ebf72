"""What every engine is asked, and what it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from longhand.tasks import TASKS, Effort, rank

BEST, FAST = "longhand", "longhand-fast"
EFFORTS: Mapping[str, Effort] = {BEST: Effort.BEST, FAST: Effort.FAST}
"""Longhand's efforts as engines, first the one that reads where nobody chooses."""


@dataclass(frozen=True)
class Task:
    """What is in the pictures: `characters` are those that can occur, empty for all; `lexicon` all texts that can.

    `model` is the one of Longhand's models that reads them, `language` is the three-letter code of ISO 639-2.
    """

    model: str
    language: str = "eng"
    charset: str = "full"
    characters: str = ""
    lexicon: tuple[str, ...] = ()

    @property
    def single(self) -> bool:
        """Whether a picture shows one character, not a word or line."""
        return TASKS[self.model].single


def find_bundle(bundles: Path, engine: str, model: str) -> Path:
    """Where the bundle lies with which one of EFFORTS reads what is a model's to read."""
    return bundles / rank(TASKS[model].wire, EFFORTS[engine])[0].model


def is_measured(bundles: Path, engine: str, model: str) -> bool:
    """Whether an engine is measured on what is a model's to read: of the efforts beside the best, those that have a
    bundle of their own."""
    if engine == BEST or engine not in EFFORTS:
        return True
    bundle = find_bundle(bundles, engine, model)
    return bundle.exists() and bundle != find_bundle(bundles, BEST, model)


@dataclass(frozen=True)
class Reading:
    """A text; with engines that say so, its confidence in 0..1 and whether it may be accepted unseen."""

    text: str
    confidence: float | None = None
    accepted: bool | None = None


class Engine(Protocol):
    """Reads the bytes of picture files."""

    version: str

    def read(self, pictures: Sequence[bytes]) -> list[Reading]:
        """Read pictures that arrive at once; what cannot be read is an empty text."""
        ...


class EngineMissing(Exception):
    """The engine is not installed here; the message is a sentence that says how to install it."""
