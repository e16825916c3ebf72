"""A picture is read again: by the version that has read it, on the same terms."""

import asyncio

import httpx
from pydantic import ValidationError

from longhand.contracts.readings import KeptReading, Reading
from longhand.contracts.replays import Replay, ReplayRequest, compare
from longhand.servicekit.errors import Unavailable, UpstreamProblem
from longhand.servicekit.tokens import Caller
from longhand.servicekit.upstream import Upstream
from services.gateway.errors import CandidatesNeeded
from services.gateway.forwarding.forms import encode_form
from services.gateway.forwarding.lexicons import Lexicons
from services.gateway.forwarding.vocabularies import Vocabularies

SECONDS = 60.0
"""How long a version may take to be fetched and loaded before it reads."""


class Replayer:
    """Asks prediction for the version that made a reading, and compares what it reads now."""

    def __init__(self, prediction: Upstream, lexicons: Lexicons, vocabularies: Vocabularies) -> None:
        self._prediction = prediction
        self._lexicons = lexicons
        self._vocabularies = vocabularies

    async def replay(self, caller: Caller, reading: KeptReading, picture: bytes, request: ReplayRequest) -> Replay:
        """What the version reads now. Raises UpstreamProblem, Unavailable and CandidatesNeeded."""
        answer = await self._ask(caller, reading, picture, _lines(request))
        try:
            now = Reading.model_validate_json(answer.content)
        except ValidationError as error:
            raise Unavailable("The prediction service gave no reading: try again in a moment.") from error
        if now.lexicon and reading.lexicon:
            now = now.model_copy(update={"lexicon": now.lexicon.model_copy(update={"name": reading.lexicon.name})})
        return await asyncio.to_thread(compare, reading, now)

    async def _ask(self, caller: Caller, reading: KeptReading, picture: bytes, lines: bytes | None) -> httpx.Response:
        """Asks with the entries of the reading's lexicon only where prediction does not know them."""
        fields = _fields(reading)
        if reading.lexicon is None:
            return await self._ask_freely(caller, fields, picture)
        if lines is not None:
            return await self._send(caller, fields, picture, entries=lines)
        if answer := await self._try(caller, fields, picture, "lexicon_unknown"):
            return answer
        if reading.lexicon.name is None:
            raise CandidatesNeeded(
                "The candidates that came with this picture are not kept: send them again, as `candidates`."
            )
        entries = await self._lexicons.entries(reading.lexicon.name, reading.lexicon.version, caller)
        return await self._send(caller, fields, picture, entries=entries)

    async def _ask_freely(self, caller: Caller, fields: dict[str, str], picture: bytes) -> httpx.Response:
        """Asks with the vocabulary that the reading had, or without one where the caller's is another by now."""
        if answer := await self._try(caller, fields, picture, "vocabulary_unknown"):
            return answer
        digest = fields.pop("vocabulary", None)
        if (found := await self._vocabularies.words(caller)) and found[0] == digest:
            return await self._send(caller, fields | {"vocabulary": found[0]}, picture, words=found[1])
        return await self._send(caller, fields, picture)

    async def _try(self, caller: Caller, fields: dict[str, str], picture: bytes, unknown: str) -> httpx.Response | None:
        """The answer, None where prediction lacks a list, which it says by a code."""
        try:
            return await self._send(caller, fields, picture)
        except UpstreamProblem as error:
            if error.problem.code != unknown:
                raise
            return None

    async def _send(self, caller: Caller, fields: dict[str, str], picture: bytes, **more: bytes) -> httpx.Response:
        form = encode_form(picture, fields, **more)
        return await self._prediction.request("POST", "/replay", caller, timeout=SECONDS, **form)


def _fields(reading: KeptReading) -> dict[str, str]:
    """The reading's terms, as prediction is told them."""
    lexicon = {"lexicon": reading.lexicon.version} if reading.lexicon else {}
    own = {"adapter": reading.adapter, "vocabulary": reading.vocabulary}
    return {
        "id": reading.id,
        "model": reading.model.name,
        "version": str(reading.model.version),
        "task": reading.task.value,
        "charset": reading.charset.value,
        "spaces": str(reading.spaces).lower(),
        "strict": str(reading.strict).lower(),
        **lexicon,
        **{key: value for key, value in own.items() if value},
    }


def _lines(request: ReplayRequest) -> bytes | None:
    return None if request.candidates is None else "\n".join(request.candidates).encode()
