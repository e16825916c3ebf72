"""The words that a person's corrections have taught, for their own readings."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Response, status

from longhand.contracts.paging import Page
from longhand.contracts.vocabularies import VocabularyWord
from services.gateway.callers import Anybody, Paged, Parts, Person
from services.gateway.forwarding.relay import relay

router = APIRouter(prefix="/users/me/vocabulary", tags=["vocabulary"])
Word = Annotated[str, Path(min_length=1, max_length=100, pattern=r"^[^\s/]+$")]


@router.get("", response_model=Page[VocabularyWord])
async def list_words(caller: Anybody, paging: Paged, gateway: Parts) -> Response:
    """The caller's words, the one that was corrected last first."""
    params = {"limit": paging.limit} | ({"cursor": paging.cursor} if paging.cursor else {})
    return relay(await gateway.ingestion.request("GET", "/vocabulary", caller, params=params))


@router.delete("", status_code=status.HTTP_204_NO_CONTENT)
async def delete_words(person: Person, gateway: Parts) -> None:
    """Empties the caller's vocabulary: what they corrected stays, and counts no longer for their next readings."""
    await gateway.ingestion.request("DELETE", "/vocabulary", person)
    gateway.vocabularies.forget(person.name)


@router.delete("/{word}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_word(word: Word, person: Person, gateway: Parts) -> None:
    """Deletes a word of the caller's vocabulary."""
    await gateway.ingestion.request("DELETE", f"/vocabulary/{quote(word)}", person)
    gateway.vocabularies.forget(person.name)
