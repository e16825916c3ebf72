"""What training answers to. Routes block on disk or the registry, so they are plain functions, which run in threads."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path

from longhand.contracts.jobs import Job, TrainRequest
from longhand.contracts.models import Deployment, Model, ModelVersion, PromoteRequest
from longhand.contracts.paging import Page
from longhand.registry.errors import NotRegistered
from longhand.registry.registry import Registry
from longhand.servicekit.jobs.notifier import Bell
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.requests import Paging, idempotency_key, paging
from longhand.servicekit.tokens import Caller
from services.training.deploying import Deployer

Dependency = Callable[..., Any]
Name = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Version = Annotated[int, Path(ge=1, le=2**31 - 1)]


def training_router(store: JobStore, bell: Bell, check: Callable[[TrainRequest], None], admin: Dependency) -> APIRouter:
    """POST /train; `check` raises what is wrong with a wish."""
    router = APIRouter(tags=["train"])

    @router.post("/train", status_code=202)
    def train(
        wish: TrainRequest,
        caller: Annotated[Caller, Depends(admin)],
        key: Annotated[str | None, Depends(idempotency_key)],
    ) -> Job:
        """Queue the training of a model; the version that comes of it is registered, not promoted."""
        check(wish)
        job = store.submit("train", wish.model_dump(), caller.name, key)
        bell.ring(job.id)
        return job

    return router


def models_router(registry: Registry, deployer: Deployer, admin: Dependency) -> APIRouter:
    """The models, their versions, and which of them serve."""
    router = APIRouter(prefix="/models", tags=["models"], dependencies=[Depends(admin)])

    def describe(name: str) -> Model:
        return Model(name=name, deployment=registry.deployment(name), versions=registry.versions(name))

    @router.get("")
    def page(asked: Annotated[Paging, Depends(paging)]) -> Page[Model]:
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

    @router.get("/{name}/{version}")
    def version(name: Name, version: Version) -> ModelVersion:
        """One version."""
        return registry.version(name, version)

    @router.post("/{name}/promote")
    def promote(name: Name, wish: PromoteRequest) -> Deployment:
        """Let a version serve everybody."""
        return deployer.promote(name, wish.version)

    @router.post("/{name}/rollback")
    def roll_back(name: Name) -> Deployment:
        """Let the version that served before serve again."""
        return deployer.roll_back(name)

    return router
