"""Which vocabulary a person has, and its words: asked of ingestion, which keeps them."""

import asyncio
import hashlib
import math
import time
from collections import OrderedDict
from dataclasses import dataclass, replace

from pydantic import ValidationError

from longhand.contracts.vocabularies import VocabularyDigest
from longhand.servicekit.errors import Unavailable, UpstreamProblem
from longhand.servicekit.tokens import Caller
from longhand.servicekit.upstream import Upstream
from services.gateway.identity.limits import Clock

PEOPLE = 10_000
"""Of so many it is remembered."""

_FAILURES = (Unavailable, UpstreamProblem, TimeoutError, ValidationError)


@dataclass(frozen=True)
class _Known:
    digest: str | None = None
    asked: float = -math.inf
    changes: int = 0


class Vocabularies:
    """Remembers people's digests for `seconds`, and waits for ingestion at most `patience` seconds: without it pictures
    are read as before, or with none at all."""

    def __init__(self, ingestion: Upstream, seconds: float, patience: float, clock: Clock = time.monotonic) -> None:
        self._ingestion = ingestion
        self._seconds = seconds
        self._patience = patience
        self._clock = clock
        self._known: OrderedDict[str, _Known] = OrderedDict()

    async def digest(self, caller: Caller) -> str | None:
        """That of the caller's vocabulary, None where it has no word or nobody says."""
        known = self._known.get(caller.name, _Known())
        if known.asked > self._clock() - self._seconds:
            return known.digest
        if known.asked > -math.inf:  # the caller's other readings go on with what is known meanwhile
            self._keep(caller.name, replace(known, asked=self._clock()))
        found = await self._ask(caller, known.digest)
        if self._known.get(caller.name, _Known()).changes == known.changes:
            self._keep(caller.name, _Known(found, self._clock(), known.changes))
        return found

    async def words(self, caller: Caller) -> tuple[str, bytes] | None:
        """The caller's words as prediction takes them, with their digest; None where there are none or nobody says."""
        try:
            async with asyncio.timeout(self._patience):
                answer = await self._ingestion.request("GET", "/vocabulary/text", caller)
        except _FAILURES:
            return None
        return (hashlib.sha256(answer.content).hexdigest(), answer.content) if answer.content else None

    def forget(self, name: str) -> None:
        """The person has corrected something through this gateway, or deleted words: their next reading asks anew."""
        known = self._known.get(name, _Known())
        self._keep(name, _Known(changes=known.changes + 1))

    async def _ask(self, caller: Caller, before: str | None) -> str | None:
        try:
            async with asyncio.timeout(self._patience):
                answer = await self._ingestion.request("GET", "/vocabulary/digest", caller)
            return VocabularyDigest.model_validate_json(answer.content).digest
        except _FAILURES:
            return before

    def _keep(self, name: str, known: _Known) -> None:
        self._known[name] = known
        self._known.move_to_end(name)
        if len(self._known) > PEOPLE:
            self._known.popitem(last=False)
