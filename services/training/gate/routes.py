"""The gate over HTTP. Routes block on the database or the registry, so they are plain functions, run in threads."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from longhand.contracts.gates import GateDecision, GateRecord, GateRequest
from longhand.contracts.jobs import Job
from longhand.contracts.models import ModelName
from longhand.contracts.paging import Page
from longhand.contracts.pictures import PNG
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.requests import Paging, paging
from longhand.servicekit.tokens import Caller
from services.training.deployment.deployer import Deployer
from services.training.deployment.routes import Key, Name, Version
from services.training.errors import AlreadyServes, NotDecided, NothingToGateBy
from services.training.gate.pictures import Pictures
from services.training.gate.records import Gates

MOST_WAITING = 100


def gate_router(
    store: JobStore, gates: Gates, pictures: Pictures, deployer: Deployer, admin: Callable[..., Awaitable[Caller]]
) -> APIRouter:
    """Asks for decisions on versions, and shows them."""
    router = APIRouter(prefix="/models/{name}/{version}/gate", tags=["models"], dependencies=[Depends(admin)])

    @router.post("", status_code=202)
    def ask(name: ModelName, version: Version, caller: Annotated[Caller, Depends(admin)], key: Key) -> Job:
        """Queue a decision on whether a version may replace the one that serves."""
        check(deployer, name, version)
        return store.submit("gate", GateRequest(model=name, version=version).model_dump(), caller.name, key)

    @router.get("")
    def show(name: Name, version: Version) -> GateRecord:
        """The newest decision on a version, with all its numbers."""
        try:
            return gates.get(name, version)
        except NotDecided as error:
            if job := _find_deciding(store, name, version):
                raise NotDecided(
                    f"Version {version} of {name} is at the gate now: GET /jobs/{job} follows it."
                ) from error
            raise

    @router.get("/picture", response_class=Response, responses={200: {"content": PNG}})
    def picture(name: Name, version: Version, id: Annotated[str, Query(max_length=300)]) -> Response:
        """A picture of the gate set that the newest decision on a version names, as PNG."""
        return Response(pictures.draw(name, version, id), media_type="image/png")

    return router


def decisions_router(gates: Gates, admin: Callable[..., Awaitable[Caller]]) -> APIRouter:
    """GET /gates."""
    router = APIRouter(tags=["models"], dependencies=[Depends(admin)])

    @router.get("/gates")
    def page(
        asked: Annotated[Paging, Depends(paging)], model: Annotated[str | None, Query(max_length=64)] = None
    ) -> Page[GateDecision]:
        """The gate's decisions, newest first, without their numbers."""
        before = int(asked.cursor) if asked.cursor and asked.cursor.isdecimal() else None
        found = gates.page(model, before, asked.limit + 1)
        more = str(found[asked.limit - 1].number) if len(found) > asked.limit else None
        return Page(items=found[: asked.limit], next=more)

    return router


def _find_deciding(store: JobStore, name: str, version: int) -> str | None:
    """The job that is to decide on a version, waiting or at work."""
    for id in [*store.running({"gate"}), *store.waiting(MOST_WAITING, {"gate"})]:
        asked = GateRequest.model_validate(store.get(id).arguments)
        if (asked.model, asked.version) == (name, version):
            return id
    return None


def check(deployer: Deployer, name: str, version: int) -> int:
    """The champion that a version would replace; raises NotRegistered, NothingToGateBy, AlreadyServes."""
    deployer.find(name, version)
    current = deployer.current(name)
    if current is None:
        raise NothingToGateBy(f"No version of {name} serves yet: the first that is promoted needs no gate.")
    if current.champion == version:
        raise AlreadyServes(f"Version {version} of {name} serves already: there is none to compare it with.")
    return current.champion
