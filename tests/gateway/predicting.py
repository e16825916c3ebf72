"""Prediction, small: it reads every picture as its own bytes."""

import asyncio
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Response, UploadFile

from longhand.contracts.lexicons import LexiconMatch
from longhand.contracts.readings import MeasuredReading
from longhand.contracts.trials import Trial
from longhand.servicekit.errors import Conflict, Gone, Invalid
from longhand.servicekit.tokens import Caller
from longhand.tasks import Effort
from tests.gateway.fakes import Service


class FakePrediction(Service):
    """Reads every picture as its own bytes; `open` is a door that readings wait at."""

    audience = "prediction"

    def __init__(self, public_key: Path) -> None:
        super().__init__(public_key)
        self.read: list[tuple[str, bytes, str, str, str]] = []
        self.lexicons: dict[str, list[str]] = {}
        self.asked: list[tuple[str | None, str | None, bool | None]] = []
        self.efforts: list[str | None] = []
        self.recalled: list[tuple[str | None, str | None]] = []
        self.vocabularies: set[str] = set()
        self.open = asyncio.Event()
        self.open.set()
        self.nonsense = self.heedless = self.gone = False
        self.replayed: list[tuple[str, int, str, bool, bool]] = []
        self.changed: dict[str, Any] = {}
        self.trial: Trial | None = None

    def route(self, router: APIRouter) -> None:
        @router.post("/read")
        async def read(
            file: UploadFile,
            id: Annotated[str, Form()],
            task: Annotated[str, Form()],
            charset: Annotated[str, Form()],
            caller: Annotated[Caller, Depends(self.caller)],
            lexicon: Annotated[str | None, Form()] = None,
            entries: UploadFile | None = None,
            strict: Annotated[bool | None, Form()] = None,
            effort: Annotated[str | None, Form()] = None,
            vocabulary: Annotated[str | None, Form()] = None,
            words: UploadFile | None = None,
        ) -> Response:
            data = await file.read()
            self._recall(vocabulary, (await words.read()).decode() if words else None)
            self.efforts.append(effort)
            lines = (await entries.read()).decode() if entries else None
            self.asked.append((lexicon, lines, strict))
            match = self._match(data, lexicon, lines)
            self.read.append((id, data, task, charset, caller.name))
            await self.open.wait()
            if not data:
                raise Unreadable("The picture has no bytes.")
            if self.nonsense:
                return Response('{"text": 1}', media_type="application/json")
            more = {"lexicon": match, "vocabulary": vocabulary, "effort": Effort(effort or "best"), "trial": self.trial}
            reading = _reading(id, data, task).model_copy(update=more)
            return Response(reading.model_dump_json(), media_type="application/json")

        @router.post("/replay")
        async def replay(
            file: UploadFile,
            id: Annotated[str, Form()],
            task: Annotated[str, Form()],
            model: Annotated[str, Form()],
            version: Annotated[int, Form()],
            charset: Annotated[str, Form()],
            spaces: Annotated[bool, Form()],
            strict: Annotated[bool, Form()],
            lexicon: Annotated[str | None, Form()] = None,
            entries: UploadFile | None = None,
            vocabulary: Annotated[str | None, Form()] = None,
            words: UploadFile | None = None,
        ) -> MeasuredReading:
            if self.gone:
                raise VersionGone("It is gone.")
            data = await file.read()
            self._recall(vocabulary, (await words.read()).decode() if words else None)
            self.replayed.append((model, version, charset, spaces, strict))
            match = self._match(data, lexicon, (await entries.read()).decode() if entries else None)
            return _reading(id, data, task).model_copy(
                update={"lexicon": match, "vocabulary": vocabulary, **self.changed}
            )

    def _recall(self, digest: str | None, text: str | None) -> None:
        self.recalled.append((digest, text))
        if digest and text is not None:
            assert digest == sha256(text.encode()).hexdigest()
            self.vocabularies.add(digest)
        if digest and digest not in self.vocabularies:
            raise VocabularyUnknown("Send its words.")

    def _match(self, data: bytes, version: str | None, lines: str | None) -> LexiconMatch | None:
        """Which lexicon was heeded; keeps what is sent, so that a version is unknown once."""
        if lines is not None:
            version = version or sha256(lines.encode()).hexdigest()
            self.lexicons[version] = lines.split("\n")
        if version is None or self.heedless:
            return None
        if version not in self.lexicons:
            raise LexiconUnknown("Send its entries.")
        return LexiconMatch(version=version, matched=data.decode() in self.lexicons[version], margin=0.5)


class LexiconUnknown(Conflict):
    code = "lexicon_unknown"


class VersionGone(Gone):
    code = "version_gone"


class VocabularyUnknown(Conflict):
    code = "vocabulary_unknown"


class Unreadable(Invalid):
    code = "unreadable_image"


def _reading(id: str, data: bytes, task: str) -> MeasuredReading:
    text = data[:20].decode(errors="replace")
    model: Any = {"name": "text", "version": 3}
    return MeasuredReading(id=id, task=task, text=text, confidence=0.9, decision="accept", model=model, elapsed_ms=1.5)
