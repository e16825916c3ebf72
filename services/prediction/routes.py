"""What the gateway may ask: read a picture, and what is loaded."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form

from longhand.contracts.lexicons import VERSION
from longhand.contracts.readings import DEFAULT_TASK, MeasuredReading, Task
from longhand.contracts.serving import LoadedModel, LoadedModels
from longhand.contracts.vocabularies import DIGEST
from longhand.servicekit.admission import Overloaded
from longhand.servicekit.errors import Invalid, raises
from longhand.servicekit.tokens import Caller
from longhand.tasks import Charset, Effort, find
from services.prediction.deployment.slots import ServedModels
from services.prediction.errors import (
    STATUS,
    LexiconMismatch,
    LexiconUnknown,
    ModelNotDeployed,
    QueueFull,
    VocabularyMismatch,
    VocabularyUnknown,
)
from services.prediction.reading.reader import Reader, ReadingRequest


def reading_router(reader: Reader, served: ServedModels, caller: Callable[..., Awaitable[Caller]]) -> APIRouter:
    """The routes of prediction; each needs the gateway's token."""
    router = APIRouter(tags=["readings"])

    @router.post("/read")
    @raises(
        *STATUS,
        LexiconUnknown,
        LexiconMismatch,
        VocabularyUnknown,
        VocabularyMismatch,
        ModelNotDeployed,
        QueueFull,
        Overloaded,
    )
    async def read(
        file: Annotated[bytes, File(description="the picture: PNG, JPEG, WebP, TIFF, BMP or GIF")],
        person: Annotated[Caller, Depends(caller)],
        id: Annotated[str, Form(min_length=1, max_length=100, description="the reading's id, made by the gateway")],
        task: Annotated[Task, Form(description="what the picture shows")] = DEFAULT_TASK,
        charset: Annotated[Charset, Form(description="which characters the answer may hold")] = Charset.FULL,
        effort: Annotated[Effort, Form(description="which of a task's models reads, where it serves")] = Effort.BEST,
        spaces: Annotated[bool, Form(description="with a charset: whether the answer may hold spaces")] = False,
        lexicon: Annotated[str | None, Form(pattern=VERSION, description="the version of a lexicon")] = None,
        entries: Annotated[bytes | None, File(description="its entries, or candidates: text, one per line")] = None,
        strict: Annotated[bool, Form(description="whether only an entry may be answered")] = True,
        vocabulary: Annotated[str | None, Form(pattern=DIGEST, description="the caller's vocabulary")] = None,
        words: Annotated[bytes | None, File(description="its text")] = None,
    ) -> MeasuredReading:
        """Read a picture; 409 `lexicon_unknown` asks for the entries of the lexicon as well, 409 `vocabulary_unknown`
        for the text of the vocabulary."""
        if not find(task).lexicons and (lexicon or entries is not None):
            raise Invalid("A lexicon is for words and lines: leave it out, or ask for `task=text`.")
        request = ReadingRequest(task, charset, effort, spaces, lexicon, entries, strict, vocabulary, words)
        return await reader.read(id, file, request, person.name)

    @router.get("/models", dependencies=[Depends(caller)])
    async def models() -> LoadedModels:
        """Which versions are loaded."""
        return LoadedModels(items=[_describe(name, served) for name in sorted(served.slots)])

    return router


def _describe(name: str, served: ServedModels) -> LoadedModel:
    slot = served.slot(name)
    return LoadedModel(
        name=name,
        deployment=slot.deployment,
        champion=slot.champion.version,
        loaded=[one.version for one in served.loaded(name)],
        readable=slot.readable,
    )
