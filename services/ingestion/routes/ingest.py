"""Data sets and folders, taken in as jobs."""

from typing import Annotated

from fastapi import APIRouter, Depends

from longhand.contracts.jobs import IngestRequest, Job
from longhand.servicekit.errors import Invalid
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.requests import idempotency_key
from longhand.servicekit.tokens import Caller
from services.ingestion import catalogue
from services.ingestion.folders import Imports
from services.ingestion.routes.callers import Dependency


def intake_router(store: JobStore, imports: Imports, admin: Dependency) -> APIRouter:
    """POST /ingest."""
    router = APIRouter(tags=["ingest"])

    @router.post("/ingest", status_code=202)
    def ingest(
        request: IngestRequest,
        caller: Annotated[Caller, Depends(admin)],
        key: Annotated[str | None, Depends(idempotency_key)],
    ) -> Job:
        """Queue the taking in of a data set or a folder."""
        _check(request, imports)
        return store.submit("ingest", request.model_dump(), caller.name, key)

    return router


def _check(request: IngestRequest, imports: Imports) -> None:
    """Raises what would make the job fail at once."""
    if (request.dataset is None) == (request.folder is None):
        raise Invalid("Name either a `dataset` of the catalogue or a `folder` below the imports directory.")
    if request.dataset is not None:
        if request.format is not None or request.options:
            raise Invalid("`format` and `options` are for a `folder`: the catalogue knows those of its data sets.")
        catalogue.check_dataset(request.dataset)
    if request.folder is not None:
        catalogue.check_format(request.format, request.options)
        imports.check(request.folder)
