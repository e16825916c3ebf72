"""Training as the gateway knows it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Response

from longhand.contracts.adaptations import OwnModels
from longhand.contracts.canaries import Canary, CanaryRequest, CanaryState
from longhand.contracts.gates import GateDecision
from longhand.contracts.jobs import Job, TrainRequest
from longhand.contracts.learning import Learning
from longhand.contracts.lineage import Calibration, LearningCurve, Origin
from longhand.contracts.models import (
    Deployment,
    DeploymentChange,
    Model,
    ModelVersion,
    PersonalRequest,
    PersonalVersion,
    PromoteRequest,
)
from longhand.contracts.paging import Page
from longhand.contracts.recipes import RecipeDescription
from longhand.servicekit.errors import NotFound
from longhand.servicekit.tokens import Caller
from tests.gateway.fakes import Jobs

MADE = datetime(2026, 1, 1, tzinfo=UTC)
NAMED = ("dhsd/images/Straße 1.png",)


class FakeTraining(Jobs):
    """Two versions of one model."""

    audience = "training"
    prefix = "trn"

    def __init__(self, public_key: Path) -> None:
        super().__init__(public_key)
        self.model = Model(name="text", deployment=Deployment(epoch=1, champion=1))
        self.changes: dict[str | None, DeploymentChange] = {}
        self.canaries: list[Canary] = []
        self.own = OwnModels()
        self.chain: Learning | None = None

    def end(self, state: CanaryState, reason: str = "") -> Canary:
        """The last canary has come to its end."""
        self.canaries[0] = self.canaries[0].model_copy(update={"state": state, "reason": reason})
        return self.canaries[0]

    def promote(self, version: int, key: str | None = None) -> DeploymentChange:
        if key in self.changes:
            return self.changes[key]
        before = self.model.deployment or Deployment(epoch=1, champion=1)
        deployment = before.model_copy(update={"epoch": before.epoch + 1, "champion": version})
        self.model = Model(name="text", deployment=deployment)
        change = DeploymentChange(**deployment.model_dump(), replaced=before.champion)
        if key:
            self.changes[key] = change
        return change

    def route(self, router: APIRouter) -> None:
        super().route(router)

        @router.post("/train", status_code=202)
        def train(
            request: TrainRequest,
            caller: Annotated[Caller, Depends(self.caller)],
            key: Annotated[str | None, Header(alias="Idempotency-Key")] = None,
        ) -> Job:
            return self.submit("train", caller.name, request.model_dump(), key)

        @router.get("/learning")
        def learning() -> Page[Model]:
            return Page(items=[])

        @router.get("/learning/{model}/{gathering}")
        def follow(model: str, gathering: int) -> Learning | None:
            return self.chain

        @router.get("/adaptations")
        def adaptations() -> OwnModels:
            return self.own

        @router.get("/models")
        def models() -> Page[Model]:
            return Page(items=[self.model])

        @router.get("/models/{name}")
        def model(name: str) -> Model:
            if name != "text":
                raise NotFound(f"There is no model {name}.")
            return self.model

        @router.get("/models/{name}/personal")
        def personal(name: str) -> Page[PersonalVersion]:
            return Page(items=[PersonalVersion(user="user1", version=2, number=1)])

        @router.get("/canaries")
        def canaries(limit: int, model: str | None = None) -> Page[Canary]:
            return Page(items=[one for one in self.canaries if model in (None, one.model)][:limit])

        @router.get("/gates")
        def gates(limit: int, model: str | None = None) -> Page[GateDecision]:
            decided = {"number": 1, "model": model, "version": 2, "champion": 1, "passed": False, "decided_at": MADE}
            return Page(items=[GateDecision.model_validate(decided | {"summary": "It is worse.", "by": "admin1"})])

        @router.get("/recipes/{name}")
        def recipe(name: Literal["starter", "full"]) -> RecipeDescription:
            return RecipeDescription(name=name, models=[])

        @router.post("/models/{name}/canary")
        def challenge(name: str, request: CanaryRequest, caller: Annotated[Caller, Depends(self.caller)]) -> Canary:
            begun = {"state": "running", "started_at": datetime(2026, 1, 1, tzinfo=UTC), "by": caller.name}
            canary = {**request.model_dump(), **begun, "id": len(self.canaries) + 1, "model": name, "champion": 1}
            self.canaries.insert(0, Canary.model_validate(canary))
            return self.canaries[0]

        @router.get("/models/{name}/canary")
        def canary(name: str) -> Canary:
            return self.canaries[0]

        @router.delete("/models/{name}/canary")
        def stop(name: str) -> Canary:
            return self.end(CanaryState.STOPPED)

        @router.get("/models/{name}/{version}")
        def version(name: str, version: int) -> ModelVersion:
            return ModelVersion(name=name, version=version, created_at=MADE)

        @router.get("/models/{name}/{version}/lineage")
        def lineage(name: str, version: int) -> Origin:
            base = Origin(name=name, version=1, created_at=MADE, calibration=Calibration(), datasets=["recipe"])
            return base.model_copy(
                update={"version": version, "run_id": "r7", "datasets": ["frozen"], "started_from": base}
            )

        @router.get("/models/{name}/{version}/curve")
        def curve(name: str, version: int) -> LearningCurve:
            return LearningCurve(epochs=[{"epoch": 1, "loss": 0.5}], confusion=True)

        @router.get("/models/{name}/{version}/confusion")
        def confusion(name: str, version: int) -> Response:
            return Response(b"pixels", media_type="image/png")

        @router.get("/models/{name}/{version}/gate")
        def gate(name: str, version: int) -> dict[str, Any]:
            return {"model": name, "version": version, "passed": False, "reasons": ["It is worse."]}

        @router.get("/models/{name}/{version}/gate/picture")
        def picture(name: str, version: int, id: str) -> Response:
            if id not in NAMED:
                raise NotFound(f"The decision names no picture {id}.")
            return Response(b"pixels", media_type="image/png")

        @router.post("/models/{name}/{version}/gate", status_code=202)
        def ask(
            name: str,
            version: int,
            caller: Annotated[Caller, Depends(self.caller)],
            key: Annotated[str | None, Header(alias="Idempotency-Key")] = None,
        ) -> Job:
            return self.submit("gate", caller.name, {"model": name, "version": version}, key)

        @router.post("/models/{name}/promote")
        def promote(
            name: str, request: PromoteRequest, key: Annotated[str | None, Header(alias="Idempotency-Key")] = None
        ) -> DeploymentChange:
            return self.promote(request.version, key)

        @router.post("/models/{name}/rollback")
        def rollback(name: str, key: Annotated[str | None, Header(alias="Idempotency-Key")] = None) -> DeploymentChange:
            return self.promote(1, key)

        @router.put("/models/{name}/personal/{user}")
        def assign(name: str, user: str, request: PersonalRequest) -> PersonalVersion:
            return PersonalVersion(user=user, version=request.version, number=1)
