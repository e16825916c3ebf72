"""A picture is read."""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, TypeVar, TypeVarTuple

from longhand.bundles.adapter import Adapter
from longhand.contracts.lexicons import LexiconMatch
from longhand.contracts.readings import (
    DEFAULT_TASK,
    Alternative,
    CharacterReading,
    MeasuredReading,
    ModelReference,
    Notice,
    Reading,
    Task,
)
from longhand.contracts.trials import ShadowReading, Trial
from longhand.handwriting.ctc.lexicon import Lexicon
from longhand.handwriting.ctc.vocabulary import Vocabulary
from longhand.handwriting.hashing import perceptual_hash
from longhand.handwriting.notices import SENTENCES
from longhand.handwriting.terms import Terms
from longhand.handwriting.transcription import Transcription
from longhand.tasks import TASKS, Charset, Effort, rank
from services.prediction.deployment.adapters import Adapters
from services.prediction.deployment.served import Served
from services.prediction.deployment.slots import ServedModels, Turn
from services.prediction.errors import QueueFull, VersionGone
from services.prediction.metrics import ReadingMetrics
from services.prediction.reading import trials
from services.prediction.reading.lexicons import Lexicons
from services.prediction.reading.vocabularies import Vocabularies

Given = TypeVarTuple("Given")
Result = TypeVar("Result")


@dataclass(frozen=True)
class ReadingRequest:
    """What is asked of a picture: with the lexicon of a version, of entries (one per line), of both, or with none; and
    with the vocabulary of a digest, its text beside it where it is not known."""

    task: Task = DEFAULT_TASK
    charset: Charset = Charset.FULL
    effort: Effort = Effort.BEST
    spaces: bool = False
    version: str | None = None
    entries: bytes | None = None
    strict: bool = True
    vocabulary: str | None = None
    words: bytes | None = None


class Reader:
    """Reads with the served models, at most `room` pictures at once; all but the network runs in `executor`.

    What a challenger reads in the shadow is read after the answer is made, and left out while much is to do.
    """

    def __init__(
        self,
        served: ServedModels,
        lexicons: Lexicons,
        vocabularies: Vocabularies,
        adapters: Adapters,
        executor: Executor,
        metrics: ReadingMetrics,
        *,
        room: int,
    ) -> None:
        self._served, self._lexicons, self._vocabularies = served, lexicons, vocabularies
        self._executor, self._metrics = executor, metrics
        self._adapters = adapters
        self._room, self._inside = room, 0

    async def read(self, reading: str, data: bytes, request: ReadingRequest, caller: str) -> MeasuredReading:
        """The reading of a picture file that `caller` has sent.

        Raises PictureError, UnknownCharset, BadLexicon, LexiconUnknown, LexiconMismatch, BadVocabulary,
        VocabularyUnknown, VocabularyMismatch, ModelNotDeployed or QueueFull.
        """
        started = time.perf_counter()
        models = [task.model for task in rank(request.task, request.effort)]
        turn = self._served.choose(models, reading, caller)
        with self._place():
            terms = await self._agree(request)
            own = await self._adapt(turn)
            found = await trials.answer(turn, lambda served: self._transcribe(served, data, terms, own), self._metrics)
        made = _answer(reading, request.task, found.by, own, found.read, terms, started)
        self._count(made, terms)
        beside = self._beside(turn, found.by)
        shadow = await self._compare(beside, data, terms, made.text) if beside else None
        trial = Trial(failure=found.failure, shadow=shadow) if found.failure or shadow else None
        return MeasuredReading(**dict(made), trial=trial)

    async def replay(
        self, reading: str, data: bytes, request: ReadingRequest, served: Served, adapter: str | None = None
    ) -> Reading:
        """The reading of a picture file by a version that was chosen, with the adapter of a digest.

        Raises PictureError, UnknownCharset, BadLexicon, LexiconUnknown, LexiconMismatch, BadVocabulary,
        VocabularyUnknown, VocabularyMismatch, VersionGone or QueueFull.
        """
        started = time.perf_counter()
        own = await self._adapt(Turn(served, adapter=adapter))
        if adapter and own is None:
            raise VersionGone("What adapted the model to the person who sent this is gone: it cannot be read again.")
        with self._place():
            terms = await self._agree(request)
            read = await self._transcribe(served, data, terms, own)
        self._metrics.count_replay(served.name)
        return _answer(reading, request.task, served, own, read, terms, started)

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

    async def _agree(self, request: ReadingRequest) -> Terms:
        lexicon, vocabulary = await self._find(request), await self._recall(request)
        return Terms(request.charset.value, lexicon, request.strict, request.spaces, vocabulary)

    async def _recall(self, request: ReadingRequest) -> Vocabulary | None:
        if request.vocabulary is None:
            return None
        if request.words is None:
            return self._vocabularies.find(request.vocabulary)
        return await self._compute(self._vocabularies.take, request.words, request.vocabulary)

    async def _transcribe(self, served: Served, data: bytes, terms: Terms, own: Adapter | None = None) -> "Transcribed":
        prepared = await self._compute(served.prepare, data)
        answer = await served.answer(prepared, own)

        def interpret() -> Transcribed:
            adapted = answer.adapt(own) if own else answer
            text = served.recogniser.interpret(adapted.logits, prepared, terms)
            return Transcribed(text, perceptual_hash(prepared.pixels))

        return await self._compute(interpret)

    async def _adapt(self, turn: Turn) -> Adapter | None:
        """What adapts the version to the caller, where it is at hand and for that version."""
        if turn.adapter is None:
            return None
        own = await self._compute(self._adapters.find, turn.served.name, turn.adapter)
        return own if own and turn.served.recogniser.takes(own) else None

    async def _compute(self, step: Callable[[*Given], Result], *given: *Given) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._executor, step, *given)

    def _count(self, answer: Reading, terms: Terms) -> None:
        self._metrics.count_reading(answer.model.name, answer.model.version, answer.decision, answer.confidence)
        if answer.lexicon:
            self._metrics.count_match(answer.lexicon.matched)
        if answer.adapter:
            self._metrics.count_adapted(answer.model.name)
        if terms.vocabulary:
            self._metrics.count_recall(terms.vocabulary.holds(answer.text))

    def _beside(self, turn: Turn, answered: Served) -> Served | None:
        """The version that reads the picture as well, where there is one and time for it."""
        if turn.shadow is answered or self._inside > (0 if turn.spare else self._room // 2):
            return None
        return turn.shadow

    async def _compare(self, shadow: Served, data: bytes, terms: Terms, text: str) -> ShadowReading | None:
        with self._place():
            found = await trials.compare(shadow, lambda served: self._transcribe(served, data, terms), _said)
        if found:
            self._metrics.count_shadow(shadow.name, shadow.version, found.text == text)
        return found


@dataclass(frozen=True)
class Transcribed:
    """What is read in a picture, and what its writing looks like: a perceptual hash."""

    text: Transcription
    look: str


def _said(read: Transcribed) -> tuple[str, bool]:
    return read.text.text, read.text.accepted


def _answer(
    reading: str,
    task: Task,
    served: Served,
    own: Adapter | None,
    read: Transcribed,
    terms: Terms,
    started: float,
) -> Reading:
    found = read.text
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
        lexicon=_match(terms.lexicon, found),
        vocabulary=terms.vocabulary.digest if terms.vocabulary else None,
        model=ModelReference(name=served.name, version=served.version),
        adapter=own.digest if own else None,
        elapsed_ms=round((time.perf_counter() - started) * 1000, 2),
        perceptual_hash=read.look,
    )


def _match(lexicon: Lexicon | None, found: Transcription) -> LexiconMatch | None:
    if lexicon is None or found.match is None:
        return None
    margin = min(1.0, found.match.margin)  # sums of probabilities pass 1 by a rounding
    return LexiconMatch(version=lexicon.digest, matched=found.match.entry is not None, margin=margin)
