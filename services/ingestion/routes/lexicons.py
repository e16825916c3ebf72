"""Lexicons over HTTP: kept by admins, read by the gateway in the name of anybody who reads a picture."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from pydantic import ValidationError

from longhand.contracts.lexicons import NAME, VERSION, LexiconContent, LexiconVersion, NewLexicon
from longhand.contracts.paging import Page
from longhand.handwriting.ctc.lexicon import Lexicon
from longhand.samples.lexicons import Lexicons
from longhand.servicekit.errors import Invalid, Unsupported, raises
from longhand.servicekit.requests import Paging, paging
from longhand.servicekit.tokens import Caller
from services.ingestion.routes.callers import Dependency

Name = Annotated[str, Path(pattern=NAME)]
Version = Annotated[str | None, Query(pattern=VERSION, description="an older version; the newest where absent")]
Kind = Annotated[str, Header(alias="Content-Type", include_in_schema=False)]
Accept = Annotated[str, Header(include_in_schema=False)]


async def receive(request: Request) -> bytes:
    """The body as it came."""
    return await request.body()


def lexicons_router(lexicons: Lexicons, admin: Dependency, known: Dependency) -> APIRouter:
    """The named lexicons; all routes block on disk, so all are plain functions, which run in threads."""
    router = APIRouter(prefix="/lexicons", tags=["lexicons"])

    @router.get("", dependencies=[Depends(known)])
    def page(asked: Annotated[Paging, Depends(paging)]) -> Page[LexiconVersion]:
        """What every name means now, by name."""
        after = [one for one in lexicons.all() if one.name > (asked.cursor or "")]
        some = after[: asked.limit]
        return Page(items=some, next=some[-1].name if len(after) > asked.limit else None)

    @router.put("/{name}")
    @raises(Unsupported)
    def put(
        name: Name, caller: Annotated[Caller, Depends(admin)], body: Annotated[bytes, Depends(receive)], kind: Kind = ""
    ) -> LexiconVersion:
        """Make a list what the name means: as JSON, or as text with one entry per line."""
        return lexicons.put(name, Lexicon(parse(body, kind)), caller.name)

    @router.get("/{name}", dependencies=[Depends(known)], response_model=LexiconContent)
    def content(name: Name, version: Version = None, accept: Accept = "") -> LexiconContent | Response:
        """A version with its entries; with `Accept: text/plain` the entries alone, one per line."""
        if accept.startswith("text/plain"):
            return PlainTextResponse(lexicons.text(name, version or lexicons.get(name).version))
        return lexicons.content(name, version)

    @router.get("/{name}/newest", dependencies=[Depends(known)])
    def newest(name: Name) -> LexiconVersion:
        """Which version the name means now."""
        return lexicons.get(name)

    @router.delete("/{name}", status_code=204, dependencies=[Depends(admin)])
    def drop(name: Name) -> None:
        """Let the name mean nothing; its versions stay, as readings name them."""
        lexicons.drop(name)

    return router


def parse(body: bytes, kind: str) -> list[str]:
    """The entries of a body of this media type; raises Unsupported and what is wrong with the body."""
    media = kind.partition(";")[0].strip().lower()
    if media not in ("text/plain", "application/json"):
        raise Unsupported(
            'Send the entries as application/json, {"entries": [...]}, or as text/plain, one entry per line.'
        )
    try:
        if media == "application/json":
            return NewLexicon.model_validate_json(body).entries
        return NewLexicon(entries=[line for line in _decode(body).split("\n") if line.strip()]).entries
    except ValidationError as error:
        errors = error.errors(include_url=False, include_context=False, include_input=False)
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in errors]) from error


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(f"The list is not UTF-8: byte {error.start + 1} is none of it.") from error
