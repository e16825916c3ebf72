"""Readings, as the gateway delivers them and asks for them."""

import hashlib
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query, Response, UploadFile
from pydantic import ValidationError

from longhand.contracts.accounts import Role
from longhand.contracts.paging import Page
from longhand.contracts.pictures import SHOWN, media_type
from longhand.contracts.readings import NewReading, ReadingQuery, StoredReading
from longhand.samples.blobs import Blobs
from longhand.samples.errors import Erased, ReadingConflict, UnknownSample
from longhand.samples.journal import Journal
from longhand.samples.record import Record
from longhand.servicekit.errors import Invalid, TooLarge, raises
from longhand.servicekit.tokens import Caller
from services.ingestion.mapping import to_filter, to_record, to_wire
from services.ingestion.routes.callers import Dependency

Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,63}$")]


def readings_router(journal: Journal, blobs: Blobs, limit: int, known: Dependency) -> APIRouter:
    """The journal, for pictures of at most `limit` bytes; a plain user sees only what is their own."""
    router = APIRouter(prefix="/readings", tags=["readings"])
    Known = Annotated[Caller, Depends(known)]

    @router.put("/{id}", responses={201: {"description": "taken"}, 200: {"description": "taken before"}})
    @raises(TooLarge, ReadingConflict, Erased)
    def take(
        id: Id, file: UploadFile, reading: Annotated[str, Form()], caller: Known, response: Response
    ) -> StoredReading:
        """Take a reading with its picture, once."""
        if (file.size or 0) > limit:
            raise TooLarge(f"The picture has more than {limit:,} bytes: send a smaller one.")
        delivered, content = _parse(id, reading), file.file.read()
        if delivered.picture != hashlib.sha256(content).hexdigest():
            raise Invalid("The picture's SHA-256 is not the one that the reading names.")
        record = to_record(delivered)
        journal.erasures.check(record.by, record.received_at)  # before the picture is put down
        blobs.put(content)
        response.status_code = 201 if journal.take(record) else 200
        blobs.put(content)  # again, where the same picture of somebody else was erased meanwhile
        return to_wire(journal.readings.get(id))

    @router.get("")
    def page(caller: Known, query: Annotated[ReadingQuery, Query()]) -> Page[StoredReading]:
        """Readings, newest first."""
        which = to_filter(query)
        if not caller.may(Role.REVIEWER):
            which = replace(which, by=caller.name)
        before = None if query.cursor is None else int(query.cursor)
        found = journal.readings.page(which, before, query.limit + 1)
        more = str(found[query.limit - 1][0]) if len(found) > query.limit else None
        return Page(items=[to_wire(record) for _, record in found[: query.limit]], next=more)

    @router.get("/{id}")
    @raises(Erased)
    def one(id: Id, caller: Known) -> StoredReading:
        """One reading as it stands now."""
        return to_wire(find_shown(journal, id, caller))

    @router.get("/{id}/picture", response_class=Response, responses={200: {"content": SHOWN}})
    @raises(Erased)
    def picture(id: Id, caller: Known) -> Response:
        """The picture of a reading, as it was sent."""
        content = blobs.get(find_shown(journal, id, caller).picture)
        return Response(content, media_type=media_type(content), headers={"X-Content-Type-Options": "nosniff"})

    return router


def find_shown(journal: Journal, id: str, caller: Caller) -> Record:
    """The reading, where the caller may see it; raises UnknownSample."""
    record = journal.readings.get(id)
    if record.by != caller.name and not caller.may(Role.REVIEWER):
        raise UnknownSample(f"There is no reading {id}.")
    return record


def _parse(id: str, text: str) -> NewReading:
    try:
        reading = NewReading.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        raise Invalid(f"`reading`: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error
    if reading.id != id:
        raise Invalid(f"The reading's id is {reading.id}, the address says {id}.")
    return reading
