"""All of a person's data as one ZIP archive, made while it is sent: nobody's archive lies anywhere.

pictures/<SHA-256>.<kind>   as they were sent
readings.jsonl              what was read in them, with what was corrected
corrections.jsonl           what the person has said, also of other people's readings
vocabulary.jsonl            the words that their corrections have taught
models.json                 how far models are adapted to them
"""

import asyncio
import contextlib
import io
import zipfile
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TypeVar

from pydantic import BaseModel

from longhand.contracts.archives import OwnCorrection
from longhand.contracts.paging import Page
from longhand.contracts.pictures import SUFFIXES, media_type
from longhand.contracts.readings import StoredReading
from longhand.contracts.vocabularies import VocabularyWord
from longhand.servicekit.errors import UpstreamProblem
from longhand.servicekit.tokens import Caller
from longhand.servicekit.upstream import Upstream

Item = TypeVar("Item", bound=BaseModel)
PAGE = 100
GONE = (404, 410)


class Archiver:
    """Asks the services that keep a part of it, page by page."""

    def __init__(self, ingestion: Upstream, training: Upstream) -> None:
        self._ingestion, self._training = ingestion, training

    async def pack(self, person: Caller) -> AsyncIterator[bytes]:
        """The archive's bytes, as they are made. Raises Unavailable before the first of them, or later breaks off."""
        parts = self._pack(person)
        first = await anext(parts)
        return _resume(first, parts)

    async def _pack(self, person: Caller) -> AsyncGenerator[bytes, None]:
        with contextlib.closing(_Zip()) as zipped:
            readings, pictures = list[str](), set[str]()
            async for one in self._list(person, "/readings", Page[StoredReading], by=person.name):
                readings.append(one.model_dump_json())
                if one.picture not in pictures:
                    pictures.add(one.picture)
                    yield await self._add_picture(zipped, person, one)
            yield await zipped.add("readings.jsonl", _lines(readings))
            said = [one.model_dump_json() async for one in self._list(person, "/corrections/own", Page[OwnCorrection])]
            yield await zipped.add("corrections.jsonl", _lines(said))
            words = [one.model_dump_json() async for one in self._list(person, "/vocabulary", Page[VocabularyWord])]
            yield await zipped.add("vocabulary.jsonl", _lines(words))
            models = await self._training.request("GET", "/adaptations", person)
            yield await zipped.add("models.json", models.content)
            yield zipped.end()

    async def _add_picture(self, zipped: "_Zip", person: Caller, one: StoredReading) -> bytes:
        try:
            content = (await self._ingestion.request("GET", f"/readings/{one.id}/picture", person)).content
        except UpstreamProblem as error:
            if error.problem.status in GONE:
                return b""
            raise
        suffix = SUFFIXES.get(media_type(content), ".img")
        return await zipped.add(f"pictures/{one.picture}{suffix}", content)

    async def _list(self, person: Caller, path: str, pages: type[Page[Item]], **asked: str) -> AsyncIterator[Item]:
        cursor: str | None = None
        while True:
            params: dict[str, str | int] = {"limit": PAGE, **asked, **({"cursor": cursor} if cursor else {})}
            answer = await self._ingestion.request("GET", path, person, params=params)
            page = pages.model_validate_json(answer.content)
            for item in page.items:
                yield item
            if (cursor := page.next) is None:
                return


class _Zip:
    """A ZIP archive that is written to nowhere: what was written since is given out."""

    def __init__(self) -> None:
        self._out = _Out()
        self._zip = zipfile.ZipFile(self._out, "w", zipfile.ZIP_STORED)

    async def add(self, name: str, content: bytes) -> bytes:
        """Adds a file; the bytes that are to be sent for it."""
        kind = zipfile.ZIP_STORED if name.startswith("pictures/") else zipfile.ZIP_DEFLATED
        await asyncio.to_thread(self._zip.writestr, name, content, kind)
        return self._out.take()

    def end(self) -> bytes:
        """The end of the archive."""
        self.close()
        return self._out.take()

    def close(self) -> None:
        """Nothing more is added."""
        self._zip.close()


class _Out(io.RawIOBase):
    """A file that cannot seek, and forgets what was taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]
        self._parts.append(bytes(content))
        return len(content)

    def take(self) -> bytes:
        """What was written since."""
        parts, self._parts = self._parts, []
        return b"".join(parts)


async def _resume(first: bytes, parts: AsyncGenerator[bytes, None]) -> AsyncIterator[bytes]:
    async with contextlib.aclosing(parts):
        yield first
        async for part in parts:
            yield part


def _lines(rows: list[str]) -> bytes:
    return "".join(f"{row}\n" for row in rows).encode()
