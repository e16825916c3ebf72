"""Where versions come from, for whoever may see a reading that one of them has made."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from fastapi import APIRouter, Depends, Response

from longhand.contracts.lineage import Calibration, LearningCurve, Origin
from longhand.contracts.models import ModelVersion
from longhand.contracts.pictures import PNG
from longhand.registry.errors import NotRegistered
from longhand.servicekit.tokens import Caller
from services.training.deployment.routes import Name, Version
from services.training.erasing.learned import parse
from services.training.tuning.starts import DATASETS, STARTED_FROM

STEPS = 8
"""How far back it is followed from which version another one began."""


class Artefacts(Protocol):
    """Files that runs have kept."""

    def curve(self, run_id: str | None) -> LearningCurve: ...

    def confusion(self, run_id: str | None) -> bytes: ...


class Versions(Protocol):
    """Where versions are registered."""

    def version(self, name: str, version: int) -> ModelVersion: ...


def lineage_router(registry: Versions, known: Callable[..., Awaitable[Caller]]) -> APIRouter:
    """GET /models/{name}/{version}/lineage, for every caller: it names data by hash, and nobody."""
    router = APIRouter(prefix="/models", tags=["models"], dependencies=[Depends(known)])

    @router.get("/{name}/{version}/lineage")
    def lineage(name: Name, version: Version) -> Origin:
        """What a version was made of."""
        return trace(registry, name, version)

    return router


def learning_curve_router(
    registry: Versions, artefacts: Artefacts, admin: Callable[..., Awaitable[Caller]]
) -> APIRouter:
    """How versions learned, and what they confuse."""
    router = APIRouter(prefix="/models", tags=["models"], dependencies=[Depends(admin)])

    @router.get("/{name}/{version}/curve")
    def curve(name: Name, version: Version) -> LearningCurve:
        """The numbers of each epoch of a version's training."""
        return artefacts.curve(registry.version(name, version).run_id)

    @router.get("/{name}/{version}/confusion", response_class=Response, responses={200: {"content": PNG}})
    def confusion(name: Name, version: Version) -> Response:
        """The confusion matrix of a version, as a picture."""
        return Response(artefacts.confusion(registry.version(name, version).run_id), media_type="image/png")

    return router


def trace(registry: Versions, name: str, version: int, steps: int = STEPS) -> Origin:
    """The version with those that it began from, as far as they are still registered; raises NotRegistered."""
    found = registry.version(name, version)
    origin, parent = to_origin(found), parse(found.tags.get(STARTED_FROM, ""))
    if parent is None or steps == 0:
        return origin
    try:
        return origin.model_copy(update={"started_from": trace(registry, *parent, steps - 1)})
    except NotRegistered:
        return origin


def to_origin(found: ModelVersion) -> Origin:
    """What its card and its tags say; the tags are newer, where both do."""
    said = found.card | found.tags
    return Origin(
        name=found.name,
        version=found.version,
        created_at=found.created_at,
        run_id=found.run_id,
        recipe=_text(said, "recipe"),
        commit=_text(said, "commit"),
        preprocessing=_text(said, "preprocessing"),
        calibration=Calibration(**{key: _number(found.card, key) for key in Calibration.model_fields}),
        datasets=[*found.tags.get(DATASETS, "").split(), *filter(None, [_text(said, "dataset_version")])],
    )


def _text(said: Mapping[str, object], key: str) -> str | None:
    return str(said[key]) if said.get(key) else None


def _number(card: Mapping[str, object], key: str) -> float | None:
    value = card.get(key)
    return float(value) if isinstance(value, int | float) else None
