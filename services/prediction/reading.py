"""A picture is read."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any, Literal, TypeVar

from longhand.contracts.readings import Alternative, CharacterReading, Charset, ModelReference, Reading, Task
from longhand.handwriting.transcription import Transcription
from services.prediction.errors import QueueFull
from services.prediction.metrics import ReadingMetrics
from services.prediction.serving import Roster, Served

log = logging.getLogger(__name__)
Result = TypeVar("Result")
MODELS = {Task.CHARACTER: "characters", Task.TEXT: "text"}


class Reader:
    """Reads with whatever the roster says, at most `room` pictures at once; all but the network runs in `executor`.

    What a challenger reads in the shadow waits until nobody has to wait for it: it is left out while much is to do.
    """

    def __init__(self, roster: Roster, executor: Executor, metrics: ReadingMetrics, *, room: int) -> None:
        self._roster, self._executor, self._metrics, self._room = roster, executor, metrics, room
        self._inside = 0
        self._shadows: set[asyncio.Task[None]] = set()

    async def read(self, reading: str, data: bytes, task: Task, charset: Charset) -> Reading:
        """The reading of a picture file; raises PictureError, UnknownCharset, ModelNotDeployed or QueueFull."""
        started = time.perf_counter()
        served, shadow = self._roster.post(MODELS[task]).choose(reading)
        transcription = await self._transcribe(served, data, charset)
        answer = _answer(reading, task, served, transcription, started)
        self._metrics.count_reading(served.name, served.version, answer.decision, answer.confidence)
        if shadow and self._inside <= self._room // 2:
            self._follow(self._compare(shadow, data, charset, transcription.text))
        return answer

    async def _transcribe(self, served: Served, data: bytes, charset: Charset) -> Transcription:
        if self._inside >= self._room:
            raise QueueFull("Too many pictures are waiting to be read; send this one again in a moment.")
        self._inside += 1
        try:
            prepared = await self._compute(served.prepare, data)
            logits = await served.answer(prepared)
            return await self._compute(served.recogniser.interpret, logits, prepared, charset.value)
        finally:
            self._inside -= 1

    async def _compute(self, step: Callable[..., Result], *arguments: Any) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._executor, step, *arguments)

    async def _compare(self, shadow: Served, data: bytes, charset: Charset, text: str) -> None:
        """A challenger's trouble is its own: the answer has been given."""
        try:
            transcription = await self._transcribe(shadow, data, charset)
        except Exception as error:
            log.warning("%s version %s cannot read in the shadow: %s", shadow.name, shadow.version, error)
            return
        self._metrics.count_shadow(shadow.name, shadow.version, transcription.text == text)

    def _follow(self, comparison: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(comparison)
        self._shadows.add(task)
        task.add_done_callback(self._shadows.discard)


def _answer(reading: str, task: Task, served: Served, found: Transcription, started: float) -> Reading:
    decision: Literal["accept", "review"] = "accept" if found.accepted else "review"
    return Reading(
        id=reading,
        task=task,
        text=found.text,
        confidence=found.confidence,
        decision=decision,
        alternatives=[Alternative(text=text, confidence=value) for text, value in found.alternatives],
        characters=[CharacterReading(text=t, confidence=value, box=box) for t, value, box in found.characters],
        model=ModelReference(name=served.name, version=served.version),
        elapsed_ms=round((time.perf_counter() - started) * 1000, 2),
    )
