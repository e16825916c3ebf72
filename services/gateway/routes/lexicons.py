"""Lists of texts that may stand in a picture."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response, status

from longhand.contracts.lexicons import NAME, VERSION, LexiconContent, LexiconVersion, NewLexicon
from longhand.contracts.paging import Page
from longhand.servicekit.errors import Unsupported, raises
from services.gateway.callers import Admin, Anybody, LexiconAdmin, Paged, Parts
from services.gateway.forwarding.relay import relay

router = APIRouter(prefix="/lexicons", tags=["lexicons"])
Name = Annotated[str, Path(pattern=NAME, description="small letters, digits and hyphens, at most 63")]
Version = Annotated[str | None, Query(pattern=VERSION, description="an older version; the newest where absent")]


def _body() -> dict[str, object]:
    """What PUT takes, for the OpenAPI file: it is handed on as it comes."""
    text = {"type": "string", "description": "one entry per line, in UTF-8"}
    content = {
        "application/json": {"schema": NewLexicon.model_json_schema()},
        "text/plain": {"schema": text},
    }
    return {"requestBody": {"required": True, "content": content}}


@router.get("", response_model=Page[LexiconVersion])
async def list_lexicons(caller: Anybody, paging: Paged, gateway: Parts) -> Response:
    """The lexicons by name, each with the version that its name means now; what they hold, admins see."""
    params = {"limit": paging.limit} | ({"cursor": paging.cursor} if paging.cursor else {})
    return relay(await gateway.ingestion.request("GET", "/lexicons", caller, params=params))


@router.put("/{name}", response_model=LexiconVersion, openapi_extra=_body())
@raises(Unsupported)
async def put_lexicon(request: Request, name: Name, admin: LexiconAdmin, gateway: Parts) -> Response:
    """Makes a list what the name means; earlier versions stay, as readings name them."""
    headers = {"Content-Type": request.headers.get("content-type", "")}
    body = await request.body()
    answer = await gateway.ingestion.request("PUT", f"/lexicons/{name}", admin, content=body, headers=headers)
    gateway.lexicons.forget(name)
    made = LexiconVersion.model_validate_json(answer.content)
    await _note(gateway, admin, "lexicon.put", name, f"version {made.version}, {made.count} entries")
    return relay(answer)


@router.get("/{name}", response_model=LexiconContent, responses={200: {"content": {"text/plain": {}}}})
async def show_lexicon(name: Name, admin: Admin, gateway: Parts, request: Request, version: Version = None) -> Response:
    """A lexicon with its entries; with `Accept: text/plain` the entries alone, one per line."""
    params = {"version": version} if version else {}
    headers = {"Accept": request.headers.get("accept", "*/*")}
    return relay(await gateway.ingestion.request("GET", f"/lexicons/{name}", admin, params=params, headers=headers))


@router.delete("/{name}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_lexicon(name: Name, admin: LexiconAdmin, gateway: Parts) -> None:
    """Lets the name mean nothing; its versions can still be shown."""
    await gateway.ingestion.request("DELETE", f"/lexicons/{name}", admin)
    gateway.lexicons.forget(name)
    await _note(gateway, admin, "lexicon.deleted", name)


async def _note(gateway: Parts, admin: Admin, action: str, name: str, detail: str = "") -> None:
    await asyncio.to_thread(gateway.audit.note, admin.name, action, name, detail)
