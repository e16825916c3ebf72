"""Erasing a person's data, as the gateway asks for it. Routes block, so they are plain functions, run in threads."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from longhand.contracts.erasures import Erased
from longhand.contracts.holdings import Subject
from longhand.servicekit.errors import Unavailable, raises
from longhand.servicekit.tokens import Caller
from services.training.erasing.eraser import Eraser

Id = Annotated[str, Path(pattern=r"^era-[0-9a-f]{1,36}$")]


def erasures_router(eraser: Eraser, admin: Callable[..., Awaitable[Caller]]) -> APIRouter:
    """What training made of a person's data, and its end."""
    router = APIRouter(prefix="/erasures", tags=["erasures"], dependencies=[Depends(admin)])

    @router.get("")
    def done() -> list[str]:
        """The ids of the erasures that were done here."""
        return eraser.erasures.done()

    @router.put("/{id}")
    @raises(Unavailable)
    def erase(id: Id, subject: Subject) -> Erased:
        """Withdraw and delete, once for each id; it may be asked again until it has succeeded."""
        return eraser.erase(id, subject)

    return router
