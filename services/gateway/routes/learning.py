"""What the models learn from corrections, when they do, and how far that has come."""

import asyncio
from typing import Annotated, Literal

import httpx
from fastapi import APIRouter, Query, Response, status

from longhand.contracts.jobs import Job
from longhand.contracts.learning import AlertNotice, AlertOutcome, GatherRequest, Learning, Upcoming
from longhand.contracts.paging import Page
from longhand.servicekit.errors import KeyReused, raises
from services.gateway.callers import Admin, JobAdmin, Key, Paged, Parts, Reviewer
from services.gateway.forwarding.relay import relay
from services.gateway.gateway import Gateway
from services.gateway.identity.guard import Identity

router = APIRouter(tags=["learning"])
For = Annotated[Literal["next"], Query(alias="for", description="`next`: for the next gathering")]


@router.get("/corrections", response_model=list[Upcoming])
async def preview(which: For, reviewer: Reviewer, gateway: Parts) -> Response:
    """What the models would learn from if corrections were gathered now, by task; nobody is named."""
    return relay(await gateway.ingestion.request("GET", "/corrections/next", reviewer))


@router.post("/corrections/gather", response_model=Job, status_code=status.HTTP_202_ACCEPTED)
@raises(KeyReused)
async def gather(admin: JobAdmin, key: Key, gateway: Parts, request: GatherRequest | None = None) -> Response:
    """Gathers the corrections that count, as a job; every model of their task then learns from them."""
    asked = (request or GatherRequest()).model_copy(update={"reason": "admin"})
    answer = await _submit(gateway, admin, asked, {"Idempotency-Key": key} if key else {})
    response = relay(answer)
    response.headers["Location"] = f"/jobs/{Job.model_validate_json(answer.content).id}"
    return response


@router.post("/alerts", status_code=status.HTTP_202_ACCEPTED)
async def take_alerts(notice: AlertNotice, admin: JobAdmin, gateway: Parts) -> AlertOutcome:
    """Alertmanager's webhook: gathers where an alert that fires has the label `gather="corrections"`.

    Alertmanager calls it with an API key that has the scope `admin:jobs`.
    """
    if not notice.asks_to_gather:
        return AlertOutcome()
    answer = await _submit(gateway, admin, GatherRequest(reason="alert"), {})
    return AlertOutcome(job=Job.model_validate_json(answer.content).id)


@router.get("/learning", response_model=Page[Learning])
async def list_learning(admin: Admin, paging: Paged, gateway: Parts) -> Response:
    """How far each model has come with the corrections that were gathered, newest first."""
    params = {"limit": paging.limit} | ({"cursor": paging.cursor} if paging.cursor else {})
    return relay(await gateway.training.request("GET", "/learning", admin, params=params))


async def _submit(gateway: Gateway, admin: Identity, asked: GatherRequest, headers: dict[str, str]) -> httpx.Response:
    body = asked.model_dump(mode="json")
    answer = await gateway.ingestion.request("POST", "/corrections/gather", admin, json=body, headers=headers)
    job = Job.model_validate_json(answer.content)
    await asyncio.to_thread(gateway.audit.note, admin.name, "job.submitted", job.id, f"{job.kind}, {asked.reason}")
    return answer
