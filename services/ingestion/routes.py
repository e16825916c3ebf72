"""What ingestion answers to. All routes block on disk, so all are plain functions, which run in threads."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Response, UploadFile
from pydantic import ValidationError

from longhand.contracts.accounts import Role
from longhand.contracts.datasets import DatasetVersion
from longhand.contracts.jobs import IngestRequest, Job
from longhand.contracts.paging import Page
from longhand.contracts.readings import StoredReading
from longhand.samples.blobs import Blobs
from longhand.samples.errors import UnknownSample
from longhand.samples.journal import Journal
from longhand.samples.versions import Versions
from longhand.servicekit.errors import Invalid, TooLarge
from longhand.servicekit.jobs.notifier import Bell
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.requests import Paging, idempotency_key, paging
from longhand.servicekit.tokens import Caller
from services.ingestion import catalogue
from services.ingestion.folders import find_folder

Asked = Annotated[Paging, Depends(paging)]
Dependency = Callable[..., Any]


def intake_router(store: JobStore, bell: Bell, imports: Path, admin: Dependency) -> APIRouter:
    """POST /ingest."""
    router = APIRouter(tags=["ingest"])

    @router.post("/ingest", status_code=202)
    def ingest(
        wish: IngestRequest,
        caller: Annotated[Caller, Depends(admin)],
        key: Annotated[str | None, Depends(idempotency_key)],
    ) -> Job:
        """Queue the taking in of a data set or a folder."""
        if (wish.dataset is None) == (wish.folder is None):
            raise Invalid("Name either a `dataset` of the catalogue or a `folder` below the imports directory.")
        if wish.dataset is not None:
            catalogue.check(wish.dataset)
        if wish.folder is not None:
            find_folder(imports, wish.folder)
        job = store.submit("ingest", wish.model_dump(), caller.name, key)
        bell.ring(job.id)
        return job

    return router


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


def datasets_router(versions: Versions, admin: Dependency) -> APIRouter:
    """The frozen dataset versions."""
    router = APIRouter(prefix="/datasets", tags=["datasets"], dependencies=[Depends(admin)])

    @router.get("")
    def page(asked: Asked) -> Page[DatasetVersion]:
        """Versions, newest first."""
        known = versions.all()
        start = next((i for i, one in enumerate(known, 1) if one.version == asked.cursor), 0)
        some = known[start : start + asked.limit]
        return Page(items=some, next=some[-1].version if start + asked.limit < len(known) else None)

    @router.get("/{version}")
    def one(version: str) -> DatasetVersion:
        """One version."""
        return versions.get(version)

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
