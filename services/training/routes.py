"""What training answers to. Routes block on disk, so they are plain functions, which run in threads."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends

from longhand.contracts.jobs import Job, TrainRequest
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.requests import idempotency_key
from longhand.servicekit.tokens import Caller

Dependency = Callable[..., object]


def training_router(store: JobStore, check: Callable[[TrainRequest], None], admin: Dependency) -> APIRouter:
    """POST /train; `check` raises what is wrong with a request."""
    router = APIRouter(tags=["train"])

    @router.post("/train", status_code=202)
    def train(
        request: TrainRequest,
        caller: Annotated[Caller, Depends(admin)],
        key: Annotated[str | None, Depends(idempotency_key)],
    ) -> Job:
        """Queue the training of a model; the version that comes of it is registered, not promoted."""
        check(request)
        return store.submit("train", request.model_dump(), caller.name, key)

    return router
