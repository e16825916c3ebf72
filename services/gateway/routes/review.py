"""The readings that a person should look at first."""

from typing import Annotated

from fastapi import APIRouter, Query, Response, status

from longhand.contracts.reviews import QueuedReading, ReviewQuery, ReviewQueue
from longhand.servicekit.errors import Conflict, raises
from services.gateway.callers import Parts, Reviewer, ReviewReader
from services.gateway.forwarding.relay import relay
from services.gateway.routes.readings import Id

router = APIRouter(prefix="/review", tags=["review"])


@router.get("", response_model=ReviewQueue)
async def show_queue(reviewer: ReviewReader, query: Annotated[ReviewQuery, Query()], gateway: Parts) -> Response:
    """The readings to look at first: the caller's claims, then the most uncertain ones that nobody claims."""
    asked = query.model_dump(mode="json", exclude_none=True)
    return relay(await gateway.ingestion.request("GET", "/review", reviewer, params=asked))


@router.post("/claims", response_model=ReviewQueue)
async def claim_next(query: ReviewQuery, reviewer: Reviewer, gateway: Parts) -> Response:
    """The same, each from now on the caller's for ten minutes: nobody else is handed it meanwhile."""
    return relay(
        await gateway.ingestion.request("POST", "/review/claims", reviewer, json=query.model_dump(mode="json"))
    )


@router.post("/{id}/claim", response_model=QueuedReading)
@raises(Conflict)
async def claim_one(id: Id, reviewer: Reviewer, gateway: Parts) -> Response:
    """A reading of the caller's choice, theirs for ten minutes, where nobody else claims it."""
    return relay(await gateway.ingestion.request("POST", f"/review/{id}/claim", reviewer))


@router.delete("/{id}/claim", status_code=status.HTTP_204_NO_CONTENT)
async def release(id: Id, reviewer: Reviewer, gateway: Parts) -> None:
    """Lets others have a reading that the caller claims."""
    await gateway.ingestion.request("DELETE", f"/review/{id}/claim", reviewer)
