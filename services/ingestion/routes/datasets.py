"""The frozen dataset versions."""

from typing import Annotated

from fastapi import APIRouter, Depends

from longhand.contracts.datasets import DatasetVersion
from longhand.contracts.paging import Page
from longhand.samples.versions import Versions
from longhand.servicekit.errors import Invalid
from longhand.servicekit.requests import Paging, paging
from services.ingestion.routes.callers import Dependency


def datasets_router(versions: Versions, admin: Dependency) -> APIRouter:
    """The frozen dataset versions."""
    router = APIRouter(prefix="/datasets", tags=["datasets"], dependencies=[Depends(admin)])

    @router.get("")
    def page(asked: Annotated[Paging, Depends(paging)]) -> Page[DatasetVersion]:
        """Versions, newest first."""
        known = versions.all()
        start = _after(known, asked.cursor)
        some = known[start : start + asked.limit]
        return Page(items=some, next=some[-1].version if start + asked.limit < len(known) else None)

    @router.get("/{version}")
    def one(version: str) -> DatasetVersion:
        """One version."""
        return versions.get(version)

    return router


def _after(known: list[DatasetVersion], cursor: str | None) -> int:
    """Where the page begins; raises Invalid, as a list that began anew would never end."""
    if cursor is None:
        return 0
    for place, one in enumerate(known, 1):
        if one.version == cursor:
            return place
    raise Invalid("The cursor is not one that a page before gave: begin without one.")
