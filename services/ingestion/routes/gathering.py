"""What the models would learn from, what one correction is used for, and the request that they learn."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends

from longhand.contracts.archives import OwnCorrection
from longhand.contracts.jobs import Job
from longhand.contracts.learning import GatherRequest, Upcoming
from longhand.contracts.paging import Page
from longhand.contracts.readings import Task
from longhand.contracts.steps import CorrectionUse
from longhand.samples.corrections import Corrected
from longhand.samples.following import Following
from longhand.samples.journal import Journal
from longhand.servicekit.errors import Invalid
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.requests import Paging, idempotency_key, paging
from longhand.servicekit.tokens import Caller
from services.ingestion.gathering.gatherer import Gatherer
from services.ingestion.routes.callers import Dependency
from services.ingestion.routes.readings import Id, find_shown


def following_router(journal: Journal, following: Following, known: Dependency) -> APIRouter:
    """What is made of one correction, for whoever is shown its reading."""
    router = APIRouter(prefix="/readings", tags=["readings"])

    @router.get("/{id}/correction/use")
    def use(id: Id, caller: Annotated[Caller, Depends(known)]) -> CorrectionUse | None:
        """What the correction that stands is used for; null where there is none."""
        find_shown(journal, id, caller)
        return following.look(id)

    return router


Said = Callable[[str, int, int], Sequence[Corrected]]
"""What a person has said after a number, at most so much."""


def gathering_router(
    gatherer: Gatherer, said: Said, store: JobStore, admin: Dependency, reviewer: Dependency, known: Dependency
) -> APIRouter:
    """The corrections on their way into dataset versions."""
    router = APIRouter(prefix="/corrections", tags=["corrections"])

    @router.get("/next", dependencies=[Depends(reviewer)])
    def preview() -> list[Upcoming]:
        """What would be learned from now, by task."""
        return [gatherer.preview(task) for task in Task]

    @router.get("/own")
    def own(
        caller: Annotated[Caller, Depends(known)], asked: Annotated[Paging, Depends(paging)]
    ) -> Page[OwnCorrection]:
        """What the caller has said of readings, oldest first."""
        if asked.cursor is not None and not (asked.cursor.isdecimal() and len(asked.cursor) < 19):
            raise Invalid("The cursor is not one that a page before gave: begin without one.")
        found = said(caller.name, int(asked.cursor or 0), asked.limit + 1)
        items = [OwnCorrection.model_validate(one, from_attributes=True) for one in found[: asked.limit]]
        return Page(items=items, next=str(items[-1].number) if len(found) > asked.limit else None)

    @router.post("/gather", status_code=202)
    def gather(
        request: GatherRequest,
        caller: Annotated[Caller, Depends(admin)],
        key: Annotated[str | None, Depends(idempotency_key)],
    ) -> Job:
        """Queue a gathering; what is frozen is learned from at once."""
        return store.submit("gather", request.model_dump(mode="json"), caller.name, key)

    return router
