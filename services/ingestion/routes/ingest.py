"""Data sets and folders, taken in as jobs."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends

from longhand.contracts.jobs import IngestRequest, Job
from longhand.servicekit.errors import Invalid
from longhand.servicekit.jobs.notifier import Bell
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.requests import idempotency_key
from longhand.servicekit.tokens import Caller
from services.ingestion import catalogue
from services.ingestion.folders import find_folder
from services.ingestion.routes.callers import Dependency


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
