"""What ingestion knows of where readings come from and which versions have read them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from longhand.contracts.lineage import DatasetUse, ReadingCount
from longhand.contracts.models import LAST, ModelName
from longhand.samples.lineage import Lineages
from longhand.servicekit.tokens import Caller
from services.ingestion.routes.callers import Dependency


def lineage_router(lineages: Lineages, admin: Dependency, known: Dependency) -> APIRouter:
    """Counts; no text of anybody's."""
    router = APIRouter(tags=["lineage"])

    @router.get("/datasets/{version}/use")
    def use(version: str, caller: Annotated[Caller, Depends(known)]) -> DatasetUse:
        """How many corrections a frozen version holds, and how many of them are of the caller's readings."""
        found = lineages.corrections(version, caller.name)
        if found is None:
            return DatasetUse(version=version, frozen=False)
        return DatasetUse(version=version, frozen=True, corrections=found.all, own=found.own)

    @router.get("/models/{name}/{version}/readings", dependencies=[Depends(admin)])
    def read(name: ModelName, version: Annotated[int, Path(ge=1, le=LAST)]) -> ReadingCount:
        """How much a version has read."""
        counted = lineages.readings(name, version)
        return ReadingCount(readings=counted.all, corrected=counted.corrected)

    return router
