"""Models and the data they learnt from."""

import asyncio
from typing import Annotated

import httpx
from fastapi import APIRouter, Path, Response

from longhand.contracts.datasets import DatasetVersion
from longhand.contracts.models import (
    LAST,
    DeploymentChange,
    Model,
    ModelVersion,
    PersonalRequest,
    PersonalVersion,
    PromoteRequest,
)
from longhand.contracts.paging import Page
from longhand.servicekit.requests import Paging
from services.gateway.callers import Admin, Key, ModelAdmin, Paged, Parts
from services.gateway.forwarding.relay import relay
from services.gateway.gateway import Gateway
from services.gateway.identity.guard import Identity

router = APIRouter()
Name = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")]
Version = Annotated[int, Path(ge=1, le=LAST)]
User = Annotated[str, Path(max_length=64)]


@router.get("/models", tags=["models"], response_model=Page[Model])
async def list_models(admin: Admin, paging: Paged, gateway: Parts) -> Response:
    """The models, their versions, and which of them serve."""
    return relay(await gateway.training.request("GET", "/models", admin, params=_params(paging)))


@router.get("/models/{name}", tags=["models"], response_model=Model)
async def show_model(name: Name, admin: Admin, gateway: Parts) -> Response:
    """A model and its versions."""
    return relay(await gateway.training.request("GET", f"/models/{name}", admin))


@router.post("/models/{name}/promote", tags=["models"], response_model=DeploymentChange)
async def promote(name: Name, request: PromoteRequest, admin: ModelAdmin, key: Key, gateway: Parts) -> Response:
    """Makes a version the one that serves everybody."""
    path, body = f"/models/{name}/promote", request.model_dump()
    answer = await gateway.training.request("POST", path, admin, json=body, headers=_headers(key))
    await _note(gateway, admin, "model.promoted", name, answer)
    return relay(answer)


@router.post("/models/{name}/rollback", tags=["models"], response_model=DeploymentChange)
async def roll_back(name: Name, admin: ModelAdmin, key: Key, gateway: Parts) -> Response:
    """Withdraws the version that serves, and goes back to the one that served before it."""
    answer = await gateway.training.request("POST", f"/models/{name}/rollback", admin, headers=_headers(key))
    await _note(gateway, admin, "model.rolled-back", name, answer)
    return relay(answer)


@router.get("/models/{name}/personal", tags=["models"], response_model=Page[PersonalVersion])
async def list_personal(name: Name, admin: Admin, paging: Paged, gateway: Parts) -> Response:
    """People who are answered by a version of their own, by name."""
    return relay(await gateway.training.request("GET", f"/models/{name}/personal", admin, params=_params(paging)))


@router.get("/models/{name}/{version}", tags=["models"], response_model=ModelVersion)
async def show_version(name: Name, version: Version, admin: Admin, gateway: Parts) -> Response:
    """A version: where it came from, and how well it reads."""
    return relay(await gateway.training.request("GET", f"/models/{name}/{version}", admin))


@router.put("/models/{name}/personal/{user}", tags=["models"], response_model=PersonalVersion)
async def assign(name: Name, user: User, request: PersonalRequest, admin: ModelAdmin, gateway: Parts) -> Response:
    """Lets a version answer one person, or none but that of everybody."""
    await asyncio.to_thread(gateway.users.get, user)
    path, body = f"/models/{name}/personal/{user}", request.model_dump()
    answer = await gateway.training.request("PUT", path, admin, json=body)
    version = f"version {request.version}" if request.version else "that of everybody"
    await asyncio.to_thread(gateway.audit.note, admin.name, "model.assigned", name, f"{user}: {version}")
    return relay(answer)


@router.get("/datasets", tags=["datasets"], response_model=Page[DatasetVersion])
async def list_datasets(admin: Admin, paging: Paged, gateway: Parts) -> Response:
    """Frozen dataset versions, newest first."""
    return relay(await gateway.ingestion.request("GET", "/datasets", admin, params=_params(paging)))


@router.get("/datasets/{version}", tags=["datasets"], response_model=DatasetVersion)
async def show_dataset(version: Name, admin: Admin, gateway: Parts) -> Response:
    """A frozen dataset version."""
    return relay(await gateway.ingestion.request("GET", f"/datasets/{version}", admin))


async def _note(gateway: Gateway, admin: Identity, action: str, name: str, answer: httpx.Response) -> None:
    """Notes from which version to which; once, as a change that is asked for again under its key is not made again."""
    change = DeploymentChange.model_validate_json(answer.content)
    if change.replaced != change.champion:
        former = f"from version {change.replaced} " if change.replaced else ""
        detail = f"{former}to version {change.champion}, epoch {change.epoch}"
        await asyncio.to_thread(gateway.audit.note_once, admin.name, action, name, detail)


def _headers(key: str | None) -> dict[str, str]:
    return {"Idempotency-Key": key} if key else {}


def _params(paging: Paging) -> dict[str, str | int]:
    return {"limit": paging.limit} | ({"cursor": paging.cursor} if paging.cursor else {})
