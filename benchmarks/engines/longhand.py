"""Longhand itself, through the path that serves."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.engines.base import Reading, Task
from longhand.handwriting.errors import PictureError
from longhand.handwriting.images import decode
from longhand.handwriting.lexicon import Lexicon
from longhand.handwriting.preprocessing import Prepared
from longhand.inference import load
from longhand.inference.lanes import spread


class LonghandEngine:
    """A shipped bundle: `characters` for single characters, `text` for words and lines."""

    def __init__(self, task: Task, threads: int, bundles: Path) -> None:
        self._task, self._threads = task, threads
        self._recogniser = load(bundles / ("characters" if task.kind == "character" else "text"), threads)
        self._lexicon = Lexicon(task.lexicon) if task.lexicon else None
        self.version = f"{self._recogniser.card.created[:10]} on {self._recogniser.engine}"

    def read(self, pictures: Sequence[bytes]) -> list[Reading]:
        """See Engine."""
        prepared = spread(self._prepare, pictures, self._threads)
        inked = [one for one in prepared if one is not None]
        found = iter(self._recogniser.recognise(inked, self._task.charset, self._lexicon) if inked else ())
        answers = (None if one is None else next(found) for one in prepared)
        return [Reading(a.text, a.confidence, a.accepted) if a else Reading("", 0.0, False) for a in answers]

    def _prepare(self, data: bytes) -> Prepared | None:
        try:
            return self._recogniser.prepare(decode(data))
        except PictureError:
            return None
