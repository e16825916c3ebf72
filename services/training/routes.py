"""What training answers to. Routes block on disk, so they are plain functions, which run in threads."""

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Depends

from longhand.contracts.jobs import Job, TrainRequest
from longhand.contracts.recipes import RecipeDescription
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.requests import idempotency_key
from longhand.servicekit.tokens import Caller

Dependency = Callable[..., object]


def training_router(
    store: JobStore,
    check: Callable[[TrainRequest], None],
    describe: Callable[[Literal["starter", "full"]], RecipeDescription],
    admin: Dependency,
) -> APIRouter:
    """POST /train and what may be asked for there; `check` raises what is wrong with a request."""
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

    @router.get("/recipes/{name}", dependencies=[Depends(admin)])
    def recipe(name: Literal["starter", "full"]) -> RecipeDescription:
        """The models that a recipe makes, and the parameters that a training may change."""
        return describe(name)

    return router
