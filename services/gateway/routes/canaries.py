"""A challenger on its way: what the gate decided, and its trial beside the champion."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from longhand.contracts.canaries import Canary, CanaryRequest, CanaryState
from longhand.contracts.gates import GateDecision
from longhand.contracts.paging import Page
from longhand.servicekit.errors import Conflict, Gone, KeyReused, raises
from services.gateway.callers import Admin, Key, ModelAdmin, Paged, Parts
from services.gateway.forwarding.relay import paged, relay

router = APIRouter(tags=["models"])
Name = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")]
Model = Annotated[str | None, Query(max_length=64, description="of this model; of all where absent")]


@router.get("/canaries", response_model=Page[Canary])
async def list_canaries(admin: Admin, paging: Paged, gateway: Parts, model: Model = None) -> Response:
    """The trials of challengers, newest first, with all their numbers."""
    return relay(await gateway.training.request("GET", "/canaries", admin, params=paged(paging, model=model)))


@router.get("/gates", response_model=Page[GateDecision])
async def list_gates(admin: Admin, paging: Paged, gateway: Parts, model: Model = None) -> Response:
    """The gate's decisions, newest first; that on a version is shown with all its numbers below the version."""
    return relay(await gateway.training.request("GET", "/gates", admin, params=paged(paging, model=model)))


@router.post("/models/{name}/canary", response_model=Canary)
@raises(Conflict, Gone, KeyReused)
async def start_canary(name: Name, request: CanaryRequest, admin: ModelAdmin, key: Key, gateway: Parts) -> Response:
    """Puts a version on trial: it answers a share of the readings, and is promoted or withdrawn by itself."""
    headers = {"Idempotency-Key": key} if key else {}
    content = request.model_dump()
    answer = await gateway.training.request("POST", f"/models/{name}/canary", admin, json=content, headers=headers)
    canary = Canary.model_validate_json(answer.content)
    detail = f"canary {canary.id}: version {canary.version}, share {canary.share:g}, {canary.mode}"
    await asyncio.to_thread(gateway.audit.note_once, admin.name, "model.challenged", name, detail)
    return relay(answer)


@router.get("/models/{name}/canary", response_model=Canary)
async def show_canary(name: Name, admin: Admin, gateway: Parts) -> Response:
    """How the last trial stands, or what became of it, with all its numbers."""
    return relay(await gateway.training.request("GET", f"/models/{name}/canary", admin))


@router.delete("/models/{name}/canary", response_model=Canary)
async def stop_canary(name: Name, admin: ModelAdmin, gateway: Parts) -> Response:
    """Ends the trial: the champion answers everything again."""
    answer = await gateway.training.request("DELETE", f"/models/{name}/canary", admin)
    canary = Canary.model_validate_json(answer.content)
    if canary.state in (CanaryState.STOPPING, CanaryState.STOPPED):
        detail = f"canary {canary.id}: version {canary.version}"
        await asyncio.to_thread(gateway.audit.note_once, admin.name, "model.canary-stopped", name, detail)
    return relay(answer)
