"""The review queue over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from longhand.contracts.reviews import QueuedReading, ReviewClaim, ReviewQuery, ReviewQueue
from longhand.samples.errors import AlreadyCorrected, ClaimedByAnother
from longhand.samples.reviews import Queued
from longhand.samples.reviews import ReviewQueue as Queue
from longhand.servicekit.errors import raises
from longhand.servicekit.tokens import Caller
from services.ingestion.mapping import to_wire
from services.ingestion.routes.callers import Dependency
from services.ingestion.routes.readings import Id


def review_router(queue: Queue, reviewer: Dependency) -> APIRouter:
    """The readings to look at first, and who looks at which."""
    router = APIRouter(prefix="/review", tags=["review"])
    Reviewer = Annotated[Caller, Depends(reviewer)]

    @router.get("")
    def look(caller: Reviewer, query: Annotated[ReviewQuery, Query()]) -> ReviewQueue:
        """What the caller would be handed next; claims nothing."""
        return _list(queue.look(caller.name, query.limit, query.task))

    @router.post("/claims")
    def take(caller: Reviewer, query: ReviewQuery) -> ReviewQueue:
        """The next readings, each the caller's for ten minutes."""
        return _list(queue.take(caller.name, query.limit, query.task))

    @router.post("/{id}/claim")
    @raises(AlreadyCorrected, ClaimedByAnother)
    def claim(id: Id, caller: Reviewer) -> QueuedReading:
        """A reading of the caller's choice, theirs for ten minutes."""
        return to_queued(queue.claim(id, caller.name))

    @router.delete("/{id}/claim", status_code=204)
    def release(id: Id, caller: Reviewer) -> None:
        """Lets others have a reading."""
        queue.release(id, caller.name)

    return router


def to_queued(one: Queued) -> QueuedReading:
    """A reading of the queue as a client is shown it."""
    claim = one.claim and ReviewClaim(by=one.claim.by, until=one.claim.until)
    return QueuedReading(**to_wire(one.record).model_dump(exclude={"predicted_text"}), claim=claim)


def _list(found: list[Queued]) -> ReviewQueue:
    return ReviewQueue(items=[to_queued(one) for one in found])
