"""What a person may ask of their own versions. Routes block on the database, so they are plain functions."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends

from longhand.contracts.adaptations import OwnModel, OwnModels
from longhand.servicekit.tokens import Caller
from longhand.tasks import TASKS
from services.training.adapting.records import Adaptation, Adaptations
from services.training.deployment.deployer import Deployer


def adapting_router(
    adaptations: Adaptations, deployer: Deployer, caller: Callable[..., Awaitable[Caller]]
) -> APIRouter:
    """The caller's own versions: shown, and forgotten."""
    router = APIRouter(prefix="/adaptations", tags=["models"])
    Person = Annotated[Caller, Depends(caller)]

    @router.get("")
    def show(person: Person) -> OwnModels:
        """The caller's own versions, by model."""
        found = adaptations.of(person.name)
        items = [_describe(one, deployer.adapter(one.model, person.name) is not None) for one in found]
        return OwnModels(items=items, since=adaptations.since(person.name))

    @router.delete("", status_code=204)
    def forget(person: Person) -> None:
        """Forget the caller's own versions, and let what they corrected until now count no more."""
        adaptations.forget(person.name)
        for name in TASKS:
            deployer.unadapt(name, person.name)

    return router


def _describe(one: Adaptation, serves: bool) -> OwnModel:
    moments = {name: datetime.fromtimestamp(getattr(one, name), UTC) for name in ("corrected_at", "at")}
    return OwnModel.model_validate({**asdict(one), **moments, "serves": serves})
