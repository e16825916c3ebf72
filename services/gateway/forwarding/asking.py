"""Prediction is asked to read, with what a reading is to be chosen from; lists go along only where it lacks them."""

import asyncio

import httpx

from longhand.servicekit.errors import UpstreamProblem
from longhand.servicekit.tokens import Caller
from longhand.servicekit.upstream import Upstream
from longhand.tasks import Charset, find
from services.gateway.forwarding.forms import encode_form
from services.gateway.forwarding.lexicons import Lexicons
from services.gateway.forwarding.vocabularies import Vocabularies
from services.gateway.intake.options import ReadingOptions
from services.gateway.intake.uploads import Upload

Fields = dict[str, str]


class Prediction:
    """The service behind, with the lexicons and vocabularies that ingestion keeps for it."""

    def __init__(self, service: Upstream, lexicons: Lexicons, vocabularies: Vocabularies) -> None:
        self._service = service
        self._lexicons = lexicons
        self._vocabularies = vocabularies

    async def read(self, caller: Caller, upload: Upload, fields: Fields) -> httpx.Response:
        """The answer to a picture. Raises UpstreamProblem and Unavailable."""
        options = upload.options
        if options.lexicon is None and options.candidates is None:
            return await (self._read_freely if _is_free(options) else self._send)(caller, upload, fields)
        fields["strict"] = str(options.strict).lower()
        if options.lexicon is None:
            return await self._send(caller, upload, fields, entries=await asyncio.to_thread(options.lines))
        return await self._read_listed(caller, upload, fields, options.lexicon)

    async def _read_listed(self, caller: Caller, upload: Upload, fields: Fields, name: str) -> httpx.Response:
        version = await self._lexicons.version(name, caller)
        fields["lexicon"] = version
        if answer := await self._try(caller, upload, fields, "lexicon_unknown"):
            return answer
        entries = await self._lexicons.entries(name, version, caller)
        return await self._send(caller, upload, fields, entries=entries)

    async def _read_freely(self, caller: Caller, upload: Upload, fields: Fields) -> httpx.Response:
        """With the caller's vocabulary, where they have one and it is to be had: a reading never fails for it."""
        digest = await self._vocabularies.digest(caller)
        if digest is None:
            return await self._send(caller, upload, fields)
        if answer := await self._try(caller, upload, fields | {"vocabulary": digest}, "vocabulary_unknown"):
            return answer
        if (found := await self._vocabularies.words(caller)) is None:
            return await self._send(caller, upload, fields)
        return await self._send(caller, upload, fields | {"vocabulary": found[0]}, words=found[1])

    async def _try(self, caller: Caller, upload: Upload, fields: Fields, unknown: str) -> httpx.Response | None:
        """The answer, None where prediction lacks a list, which it says by a code."""
        try:
            return await self._send(caller, upload, fields)
        except UpstreamProblem as error:
            if error.problem.code != unknown:
                raise
            return None

    async def _send(self, caller: Caller, upload: Upload, fields: Fields, **more: bytes) -> httpx.Response:
        return await self._service.request("POST", "/read", caller, **encode_form(upload.picture, fields, **more))


def _is_free(options: ReadingOptions) -> bool:
    """Whether any text may be answered, so that a vocabulary has a say."""
    return find(options.task).lexicons and options.charset is Charset.FULL
