"""Work that takes longer than a request, and how it goes."""

import asyncio
import time
from collections.abc import Callable
from typing import Annotated, Literal

import httpx
from fastapi import APIRouter, Path, Query, Request, Response, status
from fastapi.responses import StreamingResponse

from longhand.contracts.jobs import ARCHIVE_NAME, IngestRequest, Job, TrainRequest
from longhand.contracts.paging import Page
from longhand.contracts.recipes import RecipeDescription
from longhand.servicekit.errors import Conflict, Gone, KeyReused, TooLarge, raises
from longhand.servicekit.openapi import text_answer
from longhand.servicekit.upstream import Upstream
from services.gateway.callers import Admin, JobAdmin, Key, Paged, Parts
from services.gateway.errors import SessionClosed, UnknownJob
from services.gateway.forwarding.merging import END, merge, read_cursor
from services.gateway.forwarding.relay import relay, relay_stream
from services.gateway.gateway import Gateway
from services.gateway.identity.guard import Identity

router = APIRouter(tags=["jobs"])
ARCHIVE = "/ingest/archive"
ArchiveName = Annotated[
    str, Query(pattern=ARCHIVE_NAME, description="what the dataset version is called, at most 128 characters")
]
Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$")]


def _body() -> dict[str, object]:
    """What an archive is, for the OpenAPI file: it is handed on as it comes."""
    zipped = {"schema": {"type": "string", "format": "binary", "description": "a zip archive of a folder"}}
    return {"requestBody": {"required": True, "content": {"application/zip": zipped}}}


@router.post("/ingest", response_model=Job, status_code=status.HTTP_202_ACCEPTED)
@raises(KeyReused)
async def ingest(request: IngestRequest, admin: JobAdmin, key: Key, gateway: Parts) -> Response:
    """Takes in a data set or a folder, as a job."""
    return await _submit(gateway, gateway.ingestion, "/ingest", request, admin, key)


@router.post(ARCHIVE, response_model=Job, status_code=status.HTTP_202_ACCEPTED, openapi_extra=_body())
@raises(KeyReused, TooLarge)
async def ingest_archive(request: Request, name: ArchiveName, admin: JobAdmin, key: Key, gateway: Parts) -> Response:
    """Takes in a zip archive, as a job: it is passed on while it comes. Paths that climb and links are refused."""
    headers = {"Content-Type": "application/zip", **_headers(key)}
    sending = gateway.ingestion.stream(
        "POST", ARCHIVE, admin, headers=headers, params={"name": name}, content=request.stream()
    )
    async with sending as answer:
        await answer.aread()
    return await _accept(gateway, admin, answer)


@router.post("/train", response_model=Job, status_code=status.HTTP_202_ACCEPTED)
@raises(KeyReused, Gone)
async def train(admin: JobAdmin, key: Key, gateway: Parts, request: TrainRequest | None = None) -> Response:
    """Trains a model, as a job."""
    return await _submit(gateway, gateway.training, "/train", request or TrainRequest(), admin, key)


@router.get("/recipes/{name}", response_model=RecipeDescription)
async def show_recipe(name: Literal["starter", "full"], admin: Admin, gateway: Parts) -> Response:
    """The models that a recipe makes, and the parameters that `POST /train` may change, with their bounds."""
    return relay(await gateway.training.request("GET", f"/recipes/{name}", admin))


@router.get("/jobs")
async def list_jobs(admin: Admin, paging: Paged, gateway: Parts) -> Page[Job]:
    """The jobs of all services, newest first."""
    services = {"ing": gateway.ingestion, "trn": gateway.training}
    places = read_cursor(paging.cursor, tuple(services))
    asked = [name for name, place in places.items() if place != END]
    pages = await asyncio.gather(*(_page(services[name], admin, places[name], paging.limit) for name in asked))
    return merge(dict(zip(asked, pages, strict=True)), places, paging.limit)


@router.get("/jobs/{id}", response_model=Job)
async def show_job(id: Id, admin: Admin, gateway: Parts) -> Response:
    """How a job goes, or went."""
    return relay(await _owner(id, gateway).request("GET", f"/jobs/{id}", admin))


@router.get("/jobs/{id}/events", response_class=StreamingResponse, responses=text_answer("text/event-stream"))
async def follow_job(request: Request, id: Id, admin: Admin, gateway: Parts) -> Response:
    """A job's state, progress and log as they come (server-sent events), until it ends."""
    return await _stream(request, f"/jobs/{id}/events", _owner(id, gateway), admin, gateway)


@router.get("/jobs/{id}/log", response_class=StreamingResponse, responses=text_answer("text/plain"))
async def show_log(request: Request, id: Id, admin: Admin, gateway: Parts) -> Response:
    """What a job wrote, as text."""
    return await _stream(request, f"/jobs/{id}/log", _owner(id, gateway), admin, gateway)


@router.post("/jobs/{id}/cancel", response_model=Job)
@raises(Conflict)
async def cancel_job(id: Id, admin: JobAdmin, key: Key, gateway: Parts) -> Response:
    """Stops a job: at once where it waits, within seconds where it runs; it is `cancelling` until then."""
    answer = await _owner(id, gateway).request("POST", f"/jobs/{id}/cancel", admin, headers=_headers(key))
    await asyncio.to_thread(gateway.audit.note, admin.name, "job.cancelled", id)
    return relay(answer)


async def _submit(
    gateway: Gateway,
    upstream: Upstream,
    path: str,
    request: IngestRequest | TrainRequest,
    admin: Identity,
    key: str | None,
) -> Response:
    content = request.model_dump(mode="json", exclude_none=True)
    return await _accept(
        gateway, admin, await upstream.request("POST", path, admin, json=content, headers=_headers(key))
    )


async def _accept(gateway: Gateway, admin: Identity, answer: httpx.Response) -> Response:
    """The answer with a job that was queued, noted and with its address."""
    job = Job.model_validate_json(answer.content)
    await asyncio.to_thread(gateway.audit.note, admin.name, "job.submitted", job.id, job.kind)
    response = relay(answer)
    response.headers["Location"] = f"/jobs/{job.id}"
    return response


async def _page(upstream: Upstream, admin: Identity, place: str | None, limit: int) -> Page[Job]:
    params = {"limit": limit} | ({"cursor": place} if place else {})
    answer = await upstream.request("GET", "/jobs", admin, params=params)
    return Page[Job].model_validate_json(answer.content)


async def _stream(request: Request, path: str, upstream: Upstream, admin: Identity, gateway: Gateway) -> Response:
    passed_on = {name: request.headers[name] for name in ("last-event-id",) if name in request.headers}
    opening = upstream.stream("GET", path, admin, headers=passed_on)
    return await relay_stream(opening, _may_listen(request, gateway, admin))


def _may_listen(request: Request, gateway: Gateway, admin: Identity) -> Callable[[], bool]:
    """Whether the session is still open, its token not expired, and the gateway not about to stop."""

    def may() -> bool:
        if request.app.state.draining or (admin.session and admin.expires < time.time()):
            return False
        try:
            gateway.guard.admit(admin)
        except SessionClosed:
            return False
        return True

    return may


def _owner(id: str, gateway: Gateway) -> Upstream:
    owner = {"ing": gateway.ingestion, "trn": gateway.training}.get(id.partition("-")[0])
    if owner is None:
        raise UnknownJob(f"There is no job {id}.")
    return owner


def _headers(key: str | None) -> dict[str, str]:
    return {"Idempotency-Key": key} if key else {}
