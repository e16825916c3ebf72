"""What becomes of a correction, asked of the services that each know a part of it: no service calls sideways."""

import asyncio

from longhand.contracts.adaptations import OwnModels
from longhand.contracts.corrections import Correction, CorrectionState
from longhand.contracts.learning import Learning
from longhand.contracts.lineage import Origin
from longhand.contracts.readings import StoredReading
from longhand.contracts.steps import CorrectionStep, CorrectionSteps, CorrectionUse, Stage, StageReason, StageState
from longhand.servicekit.errors import Unavailable, UpstreamProblem
from longhand.servicekit.tokens import Caller
from longhand.servicekit.upstream import Upstream
from services.gateway.forwarding.stages import describe_chain, describe_dataset, describe_own, describe_words, plain


class Steps:
    """Puts the steps together; those that a service knows which is away are `unknown`."""

    def __init__(self, ingestion: Upstream, training: Upstream) -> None:
        self._ingestion = ingestion
        self._training = training

    async def follow(self, reading: StoredReading, delivered: bool, caller: Caller) -> CorrectionSteps:
        """The steps of the correction of a reading that the caller may see.

        While a reading is being delivered, its correction may be on the way.
        """
        said = reading.correction
        if said is None:
            return CorrectionSteps(id=reading.id, settled=delivered)
        received = CorrectionStep(stage=Stage.RECEIVED, state=StageState.DONE, at=said.at)
        if said.state is CorrectionState.UNDELIVERED:
            others = [plain(stage, StageState.WAITING, StageReason.UNDELIVERED) for stage in list(Stage)[1:]]
        else:
            others = await self._learned(reading, said, caller)
        settled = not {StageState.WAITING, StageState.UNKNOWN} & {one.state for one in others}
        return CorrectionSteps(id=reading.id, corrected_at=said.at, settled=settled, steps=[received, *others])

    async def _learned(self, reading: StoredReading, said: Correction, caller: Caller) -> list[CorrectionStep]:
        used, own = await asyncio.gather(
            self._ask(self._ingestion, f"/readings/{reading.id}/correction/use", caller),
            self._ask(self._training, "/adaptations", caller),
        )
        use = CorrectionUse.model_validate_json(used) if used and used != b"null" else None
        models = OwnModels.model_validate_json(own) if own else None
        mine = said.by == caller.name
        alone = mine and reading.by == caller.name  # what others sent teaches nobody's own model
        first = [describe_words(use, mine), describe_own(reading, said, models, alone)]
        dataset = describe_dataset(use)
        return [*first, dataset, *await self._shared(reading, use, dataset, caller)]

    async def _shared(
        self, reading: StoredReading, use: CorrectionUse | None, dataset: CorrectionStep, caller: Caller
    ) -> list[CorrectionStep]:
        """The version that learned from it, and whether that serves."""
        if use is None or use.gathering is None:
            return [dataset.model_copy(update={"stage": stage}) for stage in (Stage.VERSION, Stage.SERVING)]
        name = reading.model.name
        found = await self._ask(self._training, f"/learning/{name}/{use.gathering}", caller)
        if found is None:
            return [plain(stage, StageState.UNKNOWN) for stage in (Stage.VERSION, Stage.SERVING)]
        chain = Learning.model_validate_json(found) if found != b"null" else None
        made = await self._origin(name, chain.version, caller) if chain and chain.version else None
        return describe_chain(chain, made)

    async def _origin(self, name: str, version: int, caller: Caller) -> Origin | None:
        found = await self._ask(self._training, f"/models/{name}/{version}/lineage", caller)
        return Origin.model_validate_json(found) if found else None

    async def _ask(self, service: Upstream, path: str, caller: Caller) -> bytes | None:
        """The answer; None where the service does not give one."""
        try:
            return (await service.request("GET", path, caller)).content
        except (Unavailable, UpstreamProblem):
            return None
