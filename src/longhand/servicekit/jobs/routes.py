"""Jobs over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import StreamingResponse

from longhand.contracts.jobs import Job
from longhand.contracts.paging import Page
from longhand.servicekit.jobs.events import follow
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.requests import Paging, paging

CHUNK = 65_536


def jobs_router(store: JobStore, directory: Path, caller: Callable[..., Any]) -> APIRouter:
    """Lists, shows, follows and cancels jobs for whomever the dependency `caller` lets in."""
    router = APIRouter(prefix="/jobs", tags=["jobs"], dependencies=[Depends(caller)])

    @router.get("")
    def list_jobs(page: Annotated[Paging, Depends(paging)]) -> Page[Job]:
        """All jobs, newest first."""
        return store.page(page.cursor, page.limit)

    @router.get("/{id}")
    def show_job(id: str) -> Job:
        """One job."""
        return store.get(id)

    @router.get("/{id}/events", response_class=StreamingResponse)
    async def follow_job(
        id: str, request: Request, last: Annotated[str | None, Header(alias="Last-Event-ID")] = None
    ) -> StreamingResponse:
        """Server-sent events until the job ends: `state` and `end` (the job), `progress`, `log` (`{"text"}`)."""
        await asyncio.to_thread(store.get, id)
        offset = int(last) if last and last.isdigit() else 0
        events: AsyncIterator[str] = follow(store, directory, id, offset, lambda: request.app.state.draining)
        headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        return StreamingResponse(events, media_type="text/event-stream", headers=headers)

    @router.get("/{id}/log", response_class=StreamingResponse)
    def show_log(id: str) -> StreamingResponse:
        """All that the job has printed so far."""
        log = directory / store.get(id).id / "log"
        return StreamingResponse(_chunks(log), media_type="text/plain; charset=utf-8")

    @router.post("/{id}/cancel")
    def cancel_job(id: str) -> Job:
        """Cancels a job: at once where it waits, within seconds where it runs."""
        return store.cancel(id)

    return router


def _chunks(log: Path) -> Iterator[bytes]:
    if not log.exists():
        return
    with log.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
