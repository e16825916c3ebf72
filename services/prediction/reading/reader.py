"""A picture is read."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, TypeVar, TypeVarTuple

from longhand.contracts.lexicons import LexiconMatch
from longhand.contracts.readings import (
    DEFAULT_TASK,
    Alternative,
    CharacterReading,
    ModelReference,
    Notice,
    Reading,
    Task,
)
from longhand.handwriting.ctc.lexicon import Lexicon
from longhand.handwriting.notices import SENTENCES
from longhand.handwriting.terms import Terms
from longhand.handwriting.transcription import Transcription
from longhand.tasks import TASKS, Charset, Effort, rank
from services.prediction.deployment.served import Served
from services.prediction.deployment.slots import ServedModels
from services.prediction.errors import QueueFull
from services.prediction.metrics import ReadingMetrics
from services.prediction.reading.lexicons import Lexicons

log = logging.getLogger(__name__)
Given = TypeVarTuple("Given")
Result = TypeVar("Result")


@dataclass(frozen=True)
class ReadingRequest:
    """What is asked of a picture: with the lexicon of a version, of entries (one per line), of both, or with none."""

    task: Task = DEFAULT_TASK
    charset: Charset = Charset.FULL
    effort: Effort = Effort.BEST
    spaces: bool = False
    version: str | None = None
    entries: bytes | None = None
    strict: bool = True


class Reader:
    """Reads with the served models, at most `room` pictures at once; all but the network runs in `executor`.

    What a challenger reads in the shadow waits until nobody has to wait for it: it is left out while much is to do.
    """

    def __init__(
        self, served: ServedModels, lexicons: Lexicons, executor: Executor, metrics: ReadingMetrics, *, room: int
    ) -> None:
        self._served, self._lexicons, self._executor, self._metrics = served, lexicons, executor, metrics
        self._room, self._inside = room, 0
        self._shadows: set[asyncio.Task[None]] = set()

    async def read(self, reading: str, data: bytes, request: ReadingRequest, caller: str) -> Reading:
        """The reading of a picture file that `caller` has sent.

        Raises PictureError, UnknownCharset, BadLexicon, LexiconUnknown, LexiconMismatch, ModelNotDeployed or QueueFull.
        """
        started = time.perf_counter()
        models = [task.model for task in rank(request.task, request.effort)]
        served, shadow = self._served.choose(models, reading, caller)
        with self._place():
            terms = Terms(request.charset.value, await self._find(request), request.strict, request.spaces)
            transcription = await self._transcribe(served, data, terms)
        answer = _answer(reading, request.task, served, transcription, terms.lexicon, started)
        self._count(answer)
        if shadow and self._inside <= self._room // 2:
            self._follow(self._compare(shadow, data, terms, transcription.text))
        return answer

    @contextmanager
    def _place(self) -> Iterator[None]:
        if self._inside >= self._room:
            raise QueueFull
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1

    async def _find(self, request: ReadingRequest) -> Lexicon | None:
        if request.entries is None:
            return self._lexicons.find(request.version) if request.version else None
        if request.version is None:
            return await self._compute(self._lexicons.choose, request.entries)
        return await self._compute(self._lexicons.take, request.entries, request.version)

    async def _transcribe(self, served: Served, data: bytes, terms: Terms) -> Transcription:
        prepared = await self._compute(served.prepare, data)
        logits = await served.answer(prepared)
        return await self._compute(served.recogniser.interpret, logits, prepared, terms)

    async def _compute(self, step: Callable[[*Given], Result], *given: *Given) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._executor, step, *given)

    def _count(self, answer: Reading) -> None:
        self._metrics.count_reading(answer.model.name, answer.model.version, answer.decision, answer.confidence)
        if answer.lexicon:
            self._metrics.count_match(answer.lexicon.matched)

    async def _compare(self, shadow: Served, data: bytes, terms: Terms, text: str) -> None:
        """A challenger's trouble is its own: the answer has been given."""
        try:
            with self._place():
                transcription = await self._transcribe(shadow, data, terms)
        except Exception as error:
            log.warning("%s version %s cannot read in the shadow: %s", shadow.name, shadow.version, error)
            return
        self._metrics.count_shadow(shadow.name, shadow.version, transcription.text == text)

    def _follow(self, comparison: Coroutine[object, None, None]) -> None:
        task = asyncio.create_task(comparison)
        self._shadows.add(task)
        task.add_done_callback(self._shadows.discard)


def _answer(
    reading: str, task: Task, served: Served, found: Transcription, lexicon: Lexicon | None, started: float
) -> Reading:
    decision: Literal["accept", "review"] = "accept" if found.accepted else "review"
    return Reading(
        id=reading,
        task=task,
        text=found.text,
        confidence=found.confidence,
        decision=decision,
        alternatives=[Alternative(text=text, confidence=value) for text, value in found.alternatives],
        characters=[CharacterReading(text=t, confidence=value, box=box) for t, value, box in found.characters],
        notices=[Notice(code=one.value, detail=SENTENCES[one]) for one in found.notices],
        effort=TASKS[served.name].effort,
        lexicon=_match(lexicon, found),
        model=ModelReference(name=served.name, version=served.version),
        elapsed_ms=round((time.perf_counter() - started) * 1000, 2),
    )


def _match(lexicon: Lexicon | None, found: Transcription) -> LexiconMatch | None:
    if lexicon is None or found.match is None:
        return None
    margin = min(1.0, found.match.margin)  # sums of probabilities pass 1 by a rounding
    return LexiconMatch(version=lexicon.digest, matched=found.match.entry is not None, margin=margin)
