"""Models, their versions, and which of them serve."""

import asyncio
from typing import Annotated

import httpx
from fastapi import APIRouter, Path, Query, Response, status

from longhand.contracts.adaptations import OwnModels
from longhand.contracts.gates import GateRecord
from longhand.contracts.jobs import Job
from longhand.contracts.lineage import LearningCurve, TracedVersion
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
from longhand.contracts.pictures import PNG
from longhand.servicekit.errors import Gone, KeyReused, raises
from longhand.servicekit.requests import Paging
from services.gateway.callers import Admin, Anybody, Key, ModelAdmin, Paged, Parts, Person
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
@raises(Gone)
async def promote(name: Name, request: PromoteRequest, admin: ModelAdmin, key: Key, gateway: Parts) -> Response:
    """Makes a version the one that serves everybody."""
    path, body = f"/models/{name}/promote", request.model_dump(exclude_none=True)
    answer = await gateway.training.request("POST", path, admin, json=body, headers=_headers(key))
    await _note(gateway, admin, "model.promoted", name, answer, f"; reason: {request.reason}" if request.reason else "")
    return relay(answer)


@router.post("/models/{name}/rollback", tags=["models"], response_model=DeploymentChange)
async def roll_back(name: Name, admin: ModelAdmin, key: Key, gateway: Parts) -> Response:
    """Withdraws the challenger that is on trial, or else the champion: then the one before it serves again."""
    answer = await gateway.training.request("POST", f"/models/{name}/rollback", admin, headers=_headers(key))
    await _note(gateway, admin, "model.rolled-back", name, answer)
    return relay(answer)


@router.get("/models/{name}/personal", tags=["models"], response_model=Page[PersonalVersion])
async def list_personal(name: Name, admin: Admin, paging: Paged, gateway: Parts) -> Response:
    """People who are answered by a version of their own, by name."""
    return relay(await gateway.training.request("GET", f"/models/{name}/personal", admin, params=_params(paging)))


@router.get("/models/{name}/{version}", tags=["models"])
async def show_version(name: Name, version: Version, admin: Admin, gateway: Parts) -> TracedVersion:
    """A version: where it came from, how well it reads, and what it has read."""
    answer = await gateway.training.request("GET", f"/models/{name}/{version}", admin)
    return await gateway.tracer.extend(ModelVersion.model_validate_json(answer.content), admin)


@router.get("/models/{name}/{version}/gate", tags=["models"], response_model=GateRecord)
async def show_gate(name: Name, version: Version, admin: Admin, gateway: Parts) -> Response:
    """The newest decision of the gate on a version, with all its numbers."""
    return relay(await gateway.training.request("GET", f"/models/{name}/{version}/gate", admin))


@router.post("/models/{name}/{version}/gate", tags=["models"], response_model=Job, status_code=status.HTTP_202_ACCEPTED)
@raises(KeyReused, Gone)
async def ask_gate(name: Name, version: Version, admin: ModelAdmin, key: Key, gateway: Parts) -> Response:
    """Asks whether a version may replace the one that serves, as a job."""
    answer = await gateway.training.request("POST", f"/models/{name}/{version}/gate", admin, headers=_headers(key))
    job = Job.model_validate_json(answer.content)
    await asyncio.to_thread(gateway.audit.note_once, admin.name, "gate.asked", name, f"version {version}: {job.id}")
    return relay(answer)


@router.get(
    "/models/{name}/{version}/gate/picture", tags=["models"], response_class=Response, responses={200: {"content": PNG}}
)
async def show_gate_picture(
    name: Name, version: Version, id: Annotated[str, Query(max_length=300)], admin: Admin, gateway: Parts
) -> Response:
    """A picture of the gate set that the newest decision on a version names, as PNG.

    Those of readings are where the readings are: `GET /readings/{id}/picture`.
    """
    path = f"/models/{name}/{version}/gate/picture"
    return relay(await gateway.training.request("GET", path, admin, params={"id": id}))


@router.get("/models/{name}/{version}/curve", tags=["models"], response_model=LearningCurve)
async def show_curve(name: Name, version: Version, admin: Admin, gateway: Parts) -> Response:
    """How a version learned: the numbers of each epoch. Empty where it was not trained here."""
    return relay(await gateway.training.request("GET", f"/models/{name}/{version}/curve", admin))


@router.get(
    "/models/{name}/{version}/confusion", tags=["models"], response_class=Response, responses={200: {"content": PNG}}
)
async def show_confusion(name: Name, version: Version, admin: Admin, gateway: Parts) -> Response:
    """Which characters a version confuses, drawn as a matrix."""
    return relay(await gateway.training.request("GET", f"/models/{name}/{version}/confusion", admin))


@router.put("/models/{name}/personal/{user}", tags=["models"], response_model=PersonalVersion)
@raises(Gone)
async def assign(name: Name, user: User, request: PersonalRequest, admin: ModelAdmin, gateway: Parts) -> Response:
    """Lets a version answer one person, or none but that of everybody."""
    await asyncio.to_thread(gateway.users.get, user)
    path, body = f"/models/{name}/personal/{user}", request.model_dump()
    answer = await gateway.training.request("PUT", path, admin, json=body)
    version = f"version {request.version}" if request.version else "that of everybody"
    await asyncio.to_thread(gateway.audit.note, admin.name, "model.assigned", name, f"{user}: {version}")
    return relay(answer)


@router.get("/users/me/model", tags=["models"], response_model=OwnModels)
async def show_own(caller: Anybody, gateway: Parts) -> Response:
    """One's own versions of the models, which learned from what one has corrected."""
    return relay(await gateway.training.request("GET", "/adaptations", caller))


@router.delete("/users/me/model", tags=["models"], status_code=204)
async def forget_own(caller: Person, gateway: Parts) -> Response:
    """Forgets one's own versions; what one corrected until now makes none any more. Readings and corrections stay."""
    answer = await gateway.training.request("DELETE", "/adaptations", caller)
    await asyncio.to_thread(gateway.audit.note, caller.name, "model.forgotten", caller.name, "")
    return relay(answer)


async def _note(
    gateway: Gateway, admin: Identity, action: str, name: str, answer: httpx.Response, why: str = ""
) -> None:
    """Notes from which version to which; once, as a change that is asked for again under its key is not made again."""
    change = DeploymentChange.model_validate_json(answer.content)
    ended = f"challenger {change.dismissed} withdrawn, " if change.dismissed else ""
    if change.replaced != change.champion or ended:
        former = f"from version {change.replaced} " if change.replaced else ""
        detail = f"{ended}{former}to version {change.champion}, epoch {change.epoch}{why}"
        await asyncio.to_thread(gateway.audit.note_once, admin.name, action, name, detail)


def _headers(key: str | None) -> dict[str, str]:
    return {"Idempotency-Key": key} if key else {}


def _params(paging: Paging) -> dict[str, str | int]:
    return {"limit": paging.limit} | ({"cursor": paging.cursor} if paging.cursor else {})
