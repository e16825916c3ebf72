"""Jobs over HTTP."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Request
from fastapi.responses import StreamingResponse

from longhand.contracts.jobs import Job
from longhand.contracts.paging import Page
from longhand.servicekit.errors import Invalid
from longhand.servicekit.jobs.kinds import Kinds
from longhand.servicekit.jobs.log import JobLog
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.jobs.watching.estimate import Estimates
from longhand.servicekit.jobs.watching.events import follow
from longhand.servicekit.requests import Paging, paging

ID = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$"
Id = Annotated[str, Path(pattern=ID)]


def jobs_router(store: JobStore, kinds: Kinds, caller: Callable[..., object]) -> APIRouter:
    """Lists, shows, follows and cancels jobs for the callers whom the dependency `caller` lets in."""
    router = APIRouter(prefix="/jobs", tags=["jobs"], dependencies=[Depends(caller)])
    estimates, log = Estimates(store, kinds), JobLog(store.engine)

    @router.get("")
    def list_jobs(page: Annotated[Paging, Depends(paging)]) -> Page[Job]:
        """All jobs, newest first."""
        if page.cursor is not None and not re.match(ID, page.cursor):
            raise Invalid("The cursor is not one that a page before gave.")
        found = store.page(page.cursor, page.limit)
        return Page(items=[estimates.add(job) for job in found.items], next=found.next)

    @router.get("/{id}")
    def show_job(id: Id) -> Job:
        """One job."""
        return estimates.add(store.get(id))

    @router.get("/{id}/events", response_class=StreamingResponse)
    async def follow_job(
        id: Id, request: Request, last: Annotated[str | None, Header(alias="Last-Event-ID")] = None
    ) -> StreamingResponse:
        """Server-sent events until the job ends: `state` and `end` (the job), `progress`, `log` (`{"text"}`)."""
        await asyncio.to_thread(store.get, id)
        offset = int(last) if last and re.fullmatch(r"[0-9]{1,15}", last) else 0
        events: AsyncIterator[str] = follow(store, estimates, log, id, offset, lambda: request.app.state.draining)
        headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        return StreamingResponse(events, media_type="text/event-stream", headers=headers)

    @router.get("/{id}/log", response_class=StreamingResponse)
    def show_log(id: Id) -> StreamingResponse:
        """All that the job has printed so far."""
        return StreamingResponse(_pieces(log, store.get(id).id), media_type="text/plain; charset=utf-8")

    @router.post("/{id}/cancel")
    def cancel_job(id: Id) -> Job:
        """Cancels a job: at once where it waits, within seconds where it runs, and then it is `cancelling`."""
        return estimates.add(store.cancel(id))

    return router


def _pieces(log: JobLog, id: str) -> Iterator[bytes]:
    offset = 0
    while piece := log.read(id, offset):
        yield piece
        offset += len(piece)
