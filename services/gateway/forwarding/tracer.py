"""Where a reading comes from, asked of the services that each know a part of it: no service calls sideways."""

import asyncio

from longhand.contracts.lineage import DatasetUse, Lineage, Missing, Origin, ReadingCount, Terms, TracedVersion
from longhand.contracts.models import ModelVersion
from longhand.contracts.readings import KeptReading
from longhand.servicekit.errors import Unavailable, UpstreamProblem
from longhand.servicekit.tokens import Caller
from longhand.servicekit.upstream import Upstream

AWAY = 500
"""From which status on a service could not say."""


class Tracer:
    """Puts the parts together; a part that is away is left out and named."""

    def __init__(self, ingestion: Upstream, training: Upstream) -> None:
        self._ingestion = ingestion
        self._training = training

    async def trace(self, reading: KeptReading, delivered: bool, caller: Caller) -> Lineage:
        """The lineage of a reading that the caller may see."""
        missing: list[Missing] = []
        origin, datasets = await self._origin(reading, caller, missing), list[DatasetUse]()
        if origin:
            datasets = await self._datasets(origin, caller, missing)
        return Lineage(
            **reading.model_dump(include={"id", "by", "received_at", "picture", "model"}),
            delivered=delivered,
            terms=_terms(reading),
            origin=origin,
            datasets=datasets,
            missing=missing,
        )

    async def extend(self, version: ModelVersion, caller: Caller) -> TracedVersion:
        """A version with what it has read and what it learned from."""
        path, missing = f"/models/{version.name}/{version.version}", list[Missing]()
        counted = await self._ask(self._ingestion, f"{path}/readings", caller)
        traced = await self._ask(self._training, f"{path}/lineage", caller)
        origin = Origin.model_validate_json(traced) if traced else None
        return TracedVersion(
            **version.model_dump(),
            read=ReadingCount.model_validate_json(counted) if counted else None,
            datasets=await self._datasets(origin, caller, missing) if origin else [],
        )

    async def _origin(self, reading: KeptReading, caller: Caller, missing: list[Missing]) -> Origin | None:
        path = f"/models/{reading.model.name}/{reading.model.version}/lineage"
        if (found := await self._ask(self._training, path, caller)) is None:
            missing.append("training")
            return None
        return Origin.model_validate_json(found)

    async def _datasets(self, origin: Origin, caller: Caller, missing: list[Missing]) -> list[DatasetUse]:
        """The data that the version and those it began from have learned from, each once."""
        names = dict.fromkeys(name for one in _ancestry(origin) for name in one.datasets)
        asked = [self._ask(self._ingestion, f"/datasets/{name}/use", caller) for name in names]
        answers = [answer for answer in await asyncio.gather(*asked) if answer is not None]
        if len(answers) < len(names):
            missing.append("ingestion")
        return [DatasetUse.model_validate_json(answer) for answer in answers]

    async def _ask(self, service: Upstream, path: str, caller: Caller) -> bytes | None:
        """The answer; None where the service is away or does not know such a thing any more."""
        try:
            return (await service.request("GET", path, caller)).content
        except (Unavailable, UpstreamProblem) as error:
            if isinstance(error, UpstreamProblem) and error.problem.status not in (404, *range(AWAY, 600)):
                raise
            return None


def _ancestry(origin: Origin) -> list[Origin]:
    return [origin, *(_ancestry(origin.started_from) if origin.started_from else ())]


def _terms(reading: KeptReading) -> Terms:
    lexicon = reading.lexicon.version if reading.lexicon else None
    return Terms(
        charset=reading.charset,
        spaces=reading.spaces,
        strict=reading.strict,
        effort=reading.effort,
        lexicon=lexicon,
    )
