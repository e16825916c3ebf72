"""Data sets and folders, taken in as jobs."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from longhand.contracts.jobs import ARCHIVE_NAME, IngestRequest, Job
from longhand.servicekit.errors import Invalid
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.requests import idempotency_key
from longhand.servicekit.tokens import Caller
from services.ingestion import catalogue
from services.ingestion.archives import Archives
from services.ingestion.folders import Imports
from services.ingestion.routes.callers import Dependency

ARCHIVE = "/ingest/archive"


def intake_router(store: JobStore, imports: Imports, archives: Archives, admin: Dependency) -> APIRouter:
    """POST /ingest, and archives sent along."""
    router = APIRouter(tags=["ingest"])

    @router.post("/ingest", status_code=202)
    def ingest(
        request: IngestRequest,
        caller: Annotated[Caller, Depends(admin)],
        key: Annotated[str | None, Depends(idempotency_key)],
    ) -> Job:
        """Queue the taking in of a data set or a folder."""
        _check(request, imports, archives)
        return store.submit("ingest", request.model_dump(), caller.name, key)

    @router.post(ARCHIVE, status_code=202)
    async def ingest_archive(
        request: Request,
        name: Annotated[str, Query(pattern=ARCHIVE_NAME)],
        caller: Annotated[Caller, Depends(admin)],
        key: Annotated[str | None, Depends(idempotency_key)],
    ) -> Job:
        """Keep a zip archive, which is the body, and queue its taking in."""
        asked = IngestRequest(archive=await archives.receive(request.stream()), name=name)
        return await asyncio.to_thread(store.submit, "ingest", asked.model_dump(), caller.name, key)

    return router


def _check(request: IngestRequest, imports: Imports, archives: Archives) -> None:
    """Raises what would make the job fail at once."""
    if [request.dataset, request.folder, request.archive].count(None) != 2:
        raise Invalid("Name one: a `dataset` of the catalogue, a `folder` below the imports directory, an `archive`.")
    if (request.archive is None) != (request.name is None):
        raise Invalid("`name` is what an `archive` is called, and an `archive` needs one.")
    if request.dataset is not None:
        if request.format is not None or request.options:
            raise Invalid("`format` and `options` are for a folder: the catalogue knows those of its data sets.")
        catalogue.check_dataset(request.dataset)
    else:
        catalogue.check_format(request.format, request.options)
    if request.folder is not None:
        imports.check(request.folder)
    if request.archive is not None:
        archives.check(request.archive)
