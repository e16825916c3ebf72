"""What the gateway may ask of versions that no longer serve: read again a picture that one of them has read."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form

from longhand.contracts.lexicons import VERSION
from longhand.contracts.models import ADAPTER, LAST, ModelName
from longhand.contracts.readings import Reading, Task
from longhand.contracts.vocabularies import DIGEST
from longhand.servicekit.errors import raises
from longhand.servicekit.tokens import Caller
from longhand.tasks import Charset, Effort
from services.prediction.deployment.former import FormerVersions
from services.prediction.errors import (
    STATUS,
    LearnedFromErased,
    LexiconMismatch,
    LexiconUnknown,
    QueueFull,
    VersionGone,
    VocabularyMismatch,
    VocabularyUnknown,
)
from services.prediction.reading.reader import Reader, ReadingRequest

LISTS = (LexiconUnknown, LexiconMismatch, VocabularyUnknown, VocabularyMismatch)
"""What may be wrong with the words that a reading was read by."""


def replay_router(reader: Reader, former: FormerVersions, caller: Callable[..., Awaitable[Caller]]) -> APIRouter:
    """POST /replay; it needs the gateway's token, and is not held to the time within which pictures are read."""
    router = APIRouter(tags=["readings"], dependencies=[Depends(caller)])

    @router.post("/replay")
    @raises(*STATUS, *LISTS, QueueFull, VersionGone, LearnedFromErased)
    async def replay(
        file: Annotated[bytes, File(description="the picture")],
        id: Annotated[str, Form(min_length=1, max_length=100, description="the reading's id")],
        model: Annotated[ModelName, Form(description="the model that has read it")],
        version: Annotated[int, Form(ge=1, le=LAST, description="its version")],
        task: Annotated[Task, Form(description="what the picture shows")],
        charset: Annotated[Charset, Form()] = Charset.FULL,
        spaces: Annotated[bool, Form()] = False,
        lexicon: Annotated[str | None, Form(pattern=VERSION, description="the version of a lexicon")] = None,
        entries: Annotated[bytes | None, File(description="its entries: text, one per line")] = None,
        strict: Annotated[bool, Form()] = True,
        adapter: Annotated[str | None, Form(pattern=ADAPTER, description="what adapted it to the person")] = None,
        vocabulary: Annotated[str | None, Form(pattern=DIGEST, description="the person's vocabulary")] = None,
        words: Annotated[bytes | None, File(description="its text")] = None,
    ) -> Reading:
        """Read a picture again; 409 `lexicon_unknown` asks for the entries of the lexicon as well, 409
        `vocabulary_unknown` for the text of the vocabulary."""
        request = ReadingRequest(task, charset, Effort.BEST, spaces, lexicon, entries, strict, vocabulary, words)
        return await reader.replay(id, file, request, await former.bring(model.value, version), adapter)

    return router
