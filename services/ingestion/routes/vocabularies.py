"""The caller's own vocabulary over HTTP; all routes block on disk, so all are plain functions, which run in threads."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import PlainTextResponse

from longhand.contracts.paging import Page
from longhand.contracts.vocabularies import VocabularyDigest, VocabularyWord
from longhand.samples.vocabularies import Vocabularies
from longhand.servicekit.errors import Invalid
from longhand.servicekit.requests import Paging, paging
from longhand.servicekit.tokens import Caller
from services.ingestion.routes.callers import Dependency


def vocabularies_router(vocabularies: Vocabularies, known: Dependency) -> APIRouter:
    """What the caller's corrections have taught."""
    router = APIRouter(prefix="/vocabulary", tags=["vocabularies"])
    Known = Annotated[Caller, Depends(known)]

    @router.get("")
    def page(caller: Known, asked: Annotated[Paging, Depends(paging)]) -> Page[VocabularyWord]:
        """The words, the one that was corrected last first."""
        start = _place(asked.cursor)
        found = vocabularies.all(caller.name)[start : start + asked.limit + 1]
        items = [VocabularyWord(word=one.word, count=one.count, last=one.last) for one in found[: asked.limit]]
        return Page(items=items, next=str(start + asked.limit) if len(found) > asked.limit else None)

    @router.get("/digest")
    def digest(caller: Known) -> VocabularyDigest:
        """Which vocabulary this is."""
        found = vocabularies.get(caller.name)
        return VocabularyDigest(digest=found.digest if found.words else None, count=len(found.words))

    @router.get("/text", response_class=PlainTextResponse)
    def text(caller: Known) -> PlainTextResponse:
        """The words with their counts, as prediction takes them."""
        return PlainTextResponse(vocabularies.get(caller.name).text)

    @router.delete("", status_code=204)
    def clear(caller: Known) -> None:
        """Forget all words."""
        vocabularies.clear(caller.name)

    @router.delete("/{word}", status_code=204)
    def drop(word: Annotated[str, Path(max_length=200)], caller: Known) -> None:
        """Forget a word."""
        vocabularies.drop(caller.name, word)

    return router


def _place(cursor: str | None) -> int:
    """How many words pages before held."""
    if cursor is None:
        return 0
    if not cursor.isdecimal() or len(cursor) > 9:
        raise Invalid("The cursor is not one that a page before gave: begin without one.")
    return int(cursor)
