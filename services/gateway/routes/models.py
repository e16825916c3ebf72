"""Models and the data they learnt from."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Response

from longhand.contracts.datasets import DatasetVersion
from longhand.contracts.models import Deployment, Model, ModelVersion, PromoteRequest
from longhand.contracts.paging import Page
from longhand.servicekit.requests import Paging
from services.gateway.callers import Admin, Key, ModelAdmin, Paged, Parts
from services.gateway.forwarding.relay import relay

router = APIRouter()
Name = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")]
Version = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("/models", tags=["models"], response_model=Page[Model])
async def list_models(admin: Admin, paging: Paged, gateway: Parts) -> Response:
    """The models, their versions, and which of them serve."""
    return relay(await gateway.training.request("GET", "/models", admin, params=_params(paging)))


@router.get("/models/{name}", tags=["models"], response_model=Model)
async def show_model(name: Name, admin: Admin, gateway: Parts) -> Response:
    """A model and its versions."""
    return relay(await gateway.training.request("GET", f"/models/{name}", admin))


@router.get("/models/{name}/{version}", tags=["models"], response_model=ModelVersion)
async def show_version(name: Name, version: Version, admin: Admin, gateway: Parts) -> Response:
    """A version: where it came from, and how well it reads."""
    return relay(await gateway.training.request("GET", f"/models/{name}/{version}", admin))


@router.post("/models/{name}/promote", tags=["models"], response_model=Deployment)
async def promote(name: Name, wish: PromoteRequest, admin: ModelAdmin, key: Key, gateway: Parts) -> Response:
    """Makes a version the one that serves everybody."""
    headers = {"Idempotency-Key": key} if key else {}
    answer = await gateway.training.request(
        "POST", f"/models/{name}/promote", admin, json=wish.model_dump(), headers=headers
    )
    await asyncio.to_thread(gateway.audit.note, admin.name, "model.promoted", name, f"version {wish.version}")
    return relay(answer)


@router.post("/models/{name}/rollback", tags=["models"], response_model=Deployment)
async def roll_back(name: Name, admin: ModelAdmin, key: Key, gateway: Parts) -> Response:
    """Goes back to the version that served before."""
    headers = {"Idempotency-Key": key} if key else {}
    answer = await gateway.training.request("POST", f"/models/{name}/rollback", admin, headers=headers)
    await asyncio.to_thread(gateway.audit.note, admin.name, "model.rolled-back", name)
    return relay(answer)


@router.get("/datasets", tags=["datasets"], response_model=Page[DatasetVersion])
async def list_datasets(admin: Admin, paging: Paged, gateway: Parts) -> Response:
    """Frozen dataset versions, newest first."""
    return relay(await gateway.ingestion.request("GET", "/datasets", admin, params=_params(paging)))


@router.get("/datasets/{version}", tags=["datasets"], response_model=DatasetVersion)
async def show_dataset(version: Name, admin: Admin, gateway: Parts) -> Response:
    """A frozen dataset version."""
    return relay(await gateway.ingestion.request("GET", f"/datasets/{version}", admin))


def _params(paging: Paging) -> dict[str, str | int]:
    return {"limit": paging.limit} | ({"cursor": paging.cursor} if paging.cursor else {})
