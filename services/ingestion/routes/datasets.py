"""The frozen dataset versions."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from longhand.contracts.datasets import DatasetLook, DatasetVersion
from longhand.contracts.paging import Page
from longhand.contracts.pictures import SHOWN, media_type
from longhand.samples.errors import VersionWithdrawn
from longhand.samples.versions import Versions
from longhand.servicekit.errors import Invalid, raises
from longhand.servicekit.requests import Paging, paging
from services.ingestion import catalogue
from services.ingestion.looking import Looks
from services.ingestion.routes.callers import Dependency

Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


def datasets_router(versions: Versions, looks: Looks, admin: Dependency) -> APIRouter:
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
    @raises(VersionWithdrawn)
    def one(version: str) -> DatasetVersion:
        """One version; 410 says why one was withdrawn."""
        known = versions.get(version)
        dataset = known.source.get("dataset")
        return known.model_copy(update={"licence": catalogue.find_licence(dataset)})

    @router.get("/{version}/look")
    @raises(VersionWithdrawn)
    def look(
        version: str,
        count: Annotated[int, Query(ge=0, le=100)] = 24,
        split: Annotated[str | None, Query(max_length=64)] = None,
        seed: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    ) -> DatasetLook:
        """How a version is distributed, and some of its pictures."""
        return looks.look(version, count, split, seed)

    @router.get("/{version}/pictures/{picture}", response_class=Response, responses={200: {"content": SHOWN}})
    @raises(VersionWithdrawn)
    def picture(version: str, picture: Sha256) -> Response:
        """A picture of a version."""
        content = looks.picture(version, picture)
        return Response(content, media_type=media_type(content), headers={"X-Content-Type-Options": "nosniff"})

    return router


def _after(known: list[DatasetVersion], cursor: str | None) -> int:
    """Where the page begins; raises Invalid, as a list that began anew would never end."""
    if cursor is None:
        return 0
    for place, one in enumerate(known, 1):
        if one.version == cursor:
            return place
    raise Invalid("The cursor is not one that a page before gave: begin without one.")
