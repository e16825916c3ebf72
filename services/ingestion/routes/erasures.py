"""Erasing a person's data, as the gateway asks for it; all routes block on disk, so all are plain functions."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from longhand.contracts.erasures import Erased
from longhand.contracts.holdings import Subject
from longhand.contracts.readings import Moment
from longhand.servicekit.errors import Invalid
from services.ingestion.erasing.eraser import Eraser
from services.ingestion.routes.callers import Dependency

Id = Annotated[str, Path(pattern=r"^era-[0-9a-f]{1,36}$")]


def erasures_router(eraser: Eraser, admin: Dependency) -> APIRouter:
    """What is held of a person, and its end."""
    router = APIRouter(prefix="/erasures", tags=["erasures"], dependencies=[Depends(admin)])

    @router.get("")
    def done() -> list[str]:
        """The ids of the erasures that were done here."""
        return eraser.erasures.done()

    @router.get("/plan")
    def plan(person: Annotated[str, Query(min_length=1, max_length=100)], until: Moment) -> Subject:
        """What lies here of a person that they sent until then."""
        return eraser.plan(person, until)

    @router.put("/{id}")
    def erase(id: Id, subject: Subject) -> Erased:
        """Delete it, once for each id; it may be asked again until it has succeeded."""
        if subject.until is None:
            raise Invalid("`until`: until when what the person sent is to be erased.")
        return eraser.erase(id, subject, subject.until)

    return router
