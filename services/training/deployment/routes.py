"""The models over HTTP. Routes block on the database or the registry, so they are plain functions, run in threads."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from longhand.contracts.jobs import AdaptRequest
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
from longhand.contracts.readings import Task
from longhand.registry.errors import NotRegistered
from longhand.registry.registry import Registry
from longhand.servicekit.requests import Paging, idempotency_key, paging
from longhand.servicekit.tokens import Caller
from longhand.tasks import TASKS
from services.training.deployment.deployer import Deployer
from services.training.deployment.records import Author
from services.training.gate.records import Gates

Name = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Version = Annotated[int, Path(ge=1, le=LAST)]
User = Annotated[str, Path(min_length=1, max_length=128)]
Key = Annotated[str | None, Depends(idempotency_key)]
Paged = Annotated[Paging, Depends(paging)]


def models_router(
    registry: Registry,
    deployer: Deployer,
    gates: Gates,
    adapt: Callable[[AdaptRequest], None],
    admin: Callable[..., Awaitable[Caller]],
) -> APIRouter:
    """The models, their versions, and which of them serve; `adapt` has a person's corrections learned from again."""
    router = APIRouter(prefix="/models", tags=["models"], dependencies=[Depends(admin)])
    Admin = Annotated[Caller, Depends(admin)]

    def describe(name: str) -> Model:
        deployment = deployer.current(name)
        return Model(name=name, deployment=deployment, versions=registry.versions(name, deployment))

    @router.get("")
    def page(asked: Paged) -> Page[Model]:
        """Every model, by name."""
        names = [name for name in registry.names() if asked.cursor is None or name > asked.cursor]
        some = names[: asked.limit]
        return Page(items=[describe(name) for name in some], next=some[-1] if len(names) > len(some) else None)

    @router.get("/{name}")
    def one(name: Name) -> Model:
        """One model."""
        model = describe(name)
        if not model.versions:
            raise NotRegistered(f"There is no model {name}.")
        return model

    @router.get("/{name}/personal")
    def people(name: Name, asked: Paged) -> Page[PersonalVersion]:
        """People who have a version of their own, by name."""
        found = deployer.people(name, asked.cursor or "", asked.limit + 1)
        more = found[asked.limit - 1].user if len(found) > asked.limit else None
        return Page(items=found[: asked.limit], next=more)

    @router.put("/{name}/personal/{user}")
    def assign(name: Name, user: User, request: PersonalRequest) -> PersonalVersion:
        """Let a version serve one person; with none, they are served as everybody is, or as their corrections ask."""
        assigned = deployer.assign(name, user, request.version)
        if request.version is None and name in TASKS:
            adapt(AdaptRequest(task=Task(TASKS[name].wire), user=user))
        return assigned

    @router.get("/{name}/{version}")
    def version(name: Name, version: Version) -> ModelVersion:
        """One version."""
        return registry.version(name, version, deployer.current(name))

    @router.post("/{name}/promote")
    def promote(name: Name, request: PromoteRequest, caller: Admin, key: Key) -> DeploymentChange:
        """Let a version serve everybody: one that has passed the gate, or for a reason."""
        author, version = Author(caller.name, key), request.version
        if request.reason:
            return deployer.promote(name, version, author)
        return deployer.promote(name, version, author, lambda champion: gates.require(name, version, champion))

    @router.post("/{name}/rollback")
    def roll_back(name: Name, caller: Admin, key: Key) -> DeploymentChange:
        """Withdraw the challenger that is on trial, or else the champion: then the one before it serves again."""
        return deployer.roll_back(name, Author(caller.name, key))

    return router
