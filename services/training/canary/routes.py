"""Canaries over HTTP. Routes block on the database or the registry, so they are plain functions, run in threads."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from longhand.contracts.canaries import Canary, CanaryRequest
from longhand.contracts.paging import Page
from longhand.servicekit.requests import Paging, idempotency_key, paging
from longhand.servicekit.tokens import Caller
from services.training.canary.watch import Canaries

Name = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Key = Annotated[str | None, Depends(idempotency_key)]


def canaries_router(canaries: Canaries, admin: Callable[..., Awaitable[Caller]]) -> APIRouter:
    """The trials of challengers."""
    router = APIRouter(tags=["models"], dependencies=[Depends(admin)])
    Admin = Annotated[Caller, Depends(admin)]

    @router.get("/canaries")
    def page(
        asked: Annotated[Paging, Depends(paging)], model: Annotated[str | None, Query(max_length=64)] = None
    ) -> Page[Canary]:
        """Those of a model, or of all, newest first."""
        before = int(asked.cursor) if asked.cursor and asked.cursor.isdecimal() else None
        found = canaries.table.page(before, asked.limit + 1, model)
        more = str(found[asked.limit - 1].id) if len(found) > asked.limit else None
        return Page(items=found[: asked.limit], next=more)

    @router.post("/models/{name}/canary")
    def start(name: Name, request: CanaryRequest, caller: Admin, key: Key) -> Canary:
        """Put a version on trial against the champion."""
        return canaries.start(name, request.version, request.share, request.mode, caller.name, key)

    @router.get("/models/{name}/canary")
    def show(name: Name) -> Canary:
        """The last trial of a challenger."""
        return canaries.table.newest(name)

    @router.delete("/models/{name}/canary")
    def stop(name: Name, caller: Admin) -> Canary:
        """End the trial: the champion answers everything."""
        return canaries.stop(name, caller.name)

    return router
