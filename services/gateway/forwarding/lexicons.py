"""Which version a lexicon's name means, and its entries: asked of ingestion, which keeps them."""

import time
from dataclasses import dataclass

from longhand.contracts.lexicons import LexiconVersion
from longhand.servicekit.errors import Unavailable, UpstreamProblem
from longhand.servicekit.tokens import Caller
from longhand.servicekit.upstream import Upstream
from services.gateway.identity.limits import Clock

PLAIN = {"Accept": "text/plain"}


@dataclass(frozen=True)
class _Known:
    version: str
    asked: float


class Lexicons:
    """Remembers what names mean for `seconds`, and for as long as ingestion is away."""

    def __init__(self, ingestion: Upstream, seconds: float, clock: Clock = time.monotonic) -> None:
        self._ingestion = ingestion
        self._seconds = seconds
        self._clock = clock
        self._known: dict[str, _Known] = {}

    async def version(self, name: str, caller: Caller) -> str:
        """What the name means. Raises UpstreamProblem where it means nothing, Unavailable where nobody knows."""
        known = self._known.get(name)
        if known and known.asked > self._clock() - self._seconds:
            return known.version
        try:
            answer = await self._ingestion.request("GET", f"/lexicons/{name}/newest", caller)
        except (Unavailable, UpstreamProblem) as error:
            if known and _away(error):
                return known.version
            self.forget(name)
            raise
        found = LexiconVersion.model_validate_json(answer.content)
        self._known[name] = _Known(found.version, self._clock())
        return found.version

    async def entries(self, name: str, version: str, caller: Caller) -> bytes:
        """The entries of a version, one per line. Raises UpstreamProblem and Unavailable."""
        path = f"/lexicons/{name}"
        answer = await self._ingestion.request("GET", path, caller, headers=PLAIN, params={"version": version})
        return answer.content

    def forget(self, name: str) -> None:
        """The name means something else from now on."""
        self._known.pop(name, None)


def _away(error: Unavailable | UpstreamProblem) -> bool:
    return isinstance(error, Unavailable) or error.problem.status >= 500
