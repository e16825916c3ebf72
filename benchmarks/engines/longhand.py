"""Longhand itself, through the path that serves."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.engines.base import Reading, Task
from longhand.handwriting.ctc.lexicon import Lexicon
from longhand.handwriting.errors import PictureError
from longhand.handwriting.images import decode
from longhand.handwriting.preprocessing import Prepared
from longhand.handwriting.terms import Terms
from longhand.inference import load


class LonghandEngine:
    """A shipped bundle."""

    def __init__(self, task: Task, threads: int, bundle: Path) -> None:
        self._recogniser = load(bundle, threads)
        self._terms = Terms(task.charset, Lexicon(task.lexicon) if task.lexicon else None)
        self.version = f"{self._recogniser.card.created[:10]} on {self._recogniser.engine}"

    def read(self, pictures: Sequence[bytes]) -> list[Reading]:
        """See Engine."""
        unread: set[int] = set()
        found = iter(self._recogniser.recognise(self._prepare(pictures, unread), self._terms))
        answers = (None if place in unread else next(found) for place in range(len(pictures)))
        return [Reading(a.text, a.confidence, a.accepted) if a else Reading("", 0.0, False) for a in answers]

    def _prepare(self, pictures: Sequence[bytes], unread: set[int]) -> Iterator[Prepared]:
        """Pictures as they are wanted; the places of those that cannot be read are put into `unread`."""
        for place, data in enumerate(pictures):
            try:
                yield self._recogniser.prepare(decode(data))
            except PictureError:
                unread.add(place)
