"""How far the models have come with corrections, over HTTP."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from longhand.contracts.learning import Learning
from longhand.contracts.models import LAST, ModelName
from longhand.contracts.paging import Page
from longhand.servicekit.errors import Invalid
from longhand.servicekit.requests import Paging, paging
from longhand.servicekit.tokens import Caller
from services.training.chain.chains import Chains


def learning_router(
    chains: Chains, admin: Callable[..., Awaitable[Caller]], known: Callable[..., Awaitable[Caller]]
) -> APIRouter:
    """The chains."""
    router = APIRouter(prefix="/learning", tags=["learning"])

    @router.get("/{model}/{gathering}", dependencies=[Depends(known)])
    def follow(model: ModelName, gathering: Annotated[int, Path(ge=1, le=LAST)]) -> Learning | None:
        """How far a model has come with a gathering: its first chain since then that serves, else its latest."""
        return chains.follow(model, gathering)

    @router.get("", dependencies=[Depends(admin)])
    def page(asked: Annotated[Paging, Depends(paging)]) -> Page[Learning]:
        """Chains, newest first."""
        if asked.cursor is not None and not (asked.cursor.isdecimal() and len(asked.cursor) < 19):
            raise Invalid("The cursor is not one that a page before gave: begin without one.")
        return chains.page(int(asked.cursor) if asked.cursor else None, asked.limit)

    return router
