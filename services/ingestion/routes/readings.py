"""Readings, as the gateway delivers them and asks for them."""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response, UploadFile
from pydantic import ValidationError

from longhand.contracts.accounts import Role
from longhand.contracts.paging import Page
from longhand.contracts.readings import StoredReading
from longhand.samples.blobs import Blobs
from longhand.samples.errors import UnknownSample
from longhand.samples.journal import Journal
from longhand.servicekit.errors import Invalid, TooLarge
from longhand.servicekit.requests import Paging, paging
from longhand.servicekit.tokens import Caller
from services.ingestion.routes.callers import Dependency

Asked = Annotated[Paging, Depends(paging)]


def readings_router(journal: Journal, blobs: Blobs, limit: int, known: Dependency) -> APIRouter:
    """The journal, for pictures of at most `limit` bytes; a plain user sees only what is their own."""
    router = APIRouter(prefix="/readings", tags=["readings"])
    Known = Annotated[Caller, Depends(known)]

    @router.put("/{id}", responses={201: {"description": "taken"}, 200: {"description": "taken before"}})
    def take(
        id: str, file: UploadFile, reading: Annotated[str, Form()], caller: Known, response: Response
    ) -> StoredReading:
        """Take a reading with its picture, once."""
        if (file.size or 0) > limit:
            raise TooLarge(f"The picture has more than {limit:,} bytes: send a smaller one.")
        whole, content = _parse(id, reading), file.file.read()
        if whole.picture != hashlib.sha256(content).hexdigest():
            raise Invalid("The picture's SHA-256 is not the one that the reading names.")
        blobs.put(content)
        response.status_code = 201 if journal.take(whole) else 200
        return journal.get(id)

    @router.get("")
    def page(caller: Known, asked: Asked, by: str | None = None) -> Page[StoredReading]:
        """Readings, newest first."""
        mine = caller.name if not caller.may(Role.REVIEWER) else by
        found = journal.page(mine, _number(asked.cursor), asked.limit + 1)
        more = str(found[asked.limit - 1][0]) if len(found) > asked.limit else None
        return Page(items=[reading for _, reading in found[: asked.limit]], next=more)

    @router.get("/{id}")
    def one(id: str, caller: Known) -> StoredReading:
        """One reading."""
        reading = journal.get(id)
        if reading.by != caller.name and not caller.may(Role.REVIEWER):
            raise UnknownSample(f"There is no reading {id}.")
        return reading

    return router


def _parse(id: str, text: str) -> StoredReading:
    try:
        reading = StoredReading.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        raise Invalid(f"`reading`: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error
    if reading.id != id:
        raise Invalid(f"The reading's id is {reading.id}, the address says {id}.")
    return reading


def _number(cursor: str | None) -> int | None:
    if cursor is not None and not (cursor.isdecimal() and len(cursor) < 19):
        raise Invalid("The cursor is not one that a page before gave.")
    return None if cursor is None else int(cursor)
