"""Pictures in, readings out."""

import asyncio
from collections.abc import Callable
from typing import Annotated, TypeVar

import httpx
from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy.exc import SQLAlchemyError

from longhand.contracts.accounts import Role
from longhand.contracts.paging import Page
from longhand.contracts.pictures import SHOWN, media_type
from longhand.contracts.readings import KeptReading, NewReading, Reading, ReadingQuery, StoredReading
from longhand.servicekit.admission import Overloaded
from longhand.servicekit.errors import Forbidden, Gone, KeyReused, UpstreamProblem, raises
from longhand.servicekit.tokens import Caller
from services.gateway.callers import Anybody, Key, Parts, Predictor
from services.gateway.errors import (
    BadBody,
    OutboxFull,
    OutboxUnwritable,
    UnknownReading,
    UnsupportedBody,
    UploadTooLarge,
)
from services.gateway.forwarding.relay import relay
from services.gateway.gateway import Gateway
from services.gateway.intake.options import ReadingOptions
from services.gateway.intake.pending import amend
from services.gateway.intake.uploads import PictureUpload, receive_upload

router = APIRouter(tags=["readings"])
T = TypeVar("T")
Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,63}$")]


def _body() -> dict[str, object]:
    """What /predict takes, for the OpenAPI file: it reads its body itself, to stop at the limit."""
    fields = ReadingOptions.model_json_schema(ref_template="#/components/schemas/{model}")
    fields.pop("$defs", None)
    file = {"file": {"type": "string", "format": "binary", "description": "the picture"}}
    listed = {"candidates": {"type": "string", "description": "a JSON list of texts, in place of a `lexicon`"}}
    form = {**fields, "title": "PictureForm", "properties": file | fields["properties"] | listed, "required": ["file"]}
    url = PictureUpload.model_json_schema(ref_template="#/components/schemas/{model}")["properties"]["file"]
    json = {**form, "title": "PictureUpload", "properties": {"file": url} | fields["properties"]}
    content = {"multipart/form-data": {"schema": form}, "application/json": {"schema": json}}
    return {"requestBody": {"required": True, "content": content}}


@router.post("/predict", response_model=Reading, openapi_extra=_body())
@raises(UploadTooLarge, UnsupportedBody, BadBody, KeyReused, OutboxFull, OutboxUnwritable, Overloaded)
async def predict(request: Request, caller: Predictor, key: Key, gateway: Parts) -> Response:
    """Reads a picture of handwriting; where it is to be kept, it is safe when the answer comes."""
    upload = await receive_upload(request, gateway.settings.max_upload)
    return Response(await gateway.reader.read(caller, upload, key), media_type="application/json")


@router.get("/readings", response_model=Page[StoredReading])
async def list_readings(caller: Anybody, query: Annotated[ReadingQuery, Query()], gateway: Parts) -> Response:
    """Readings that were delivered, newest first: one's own; for reviewers and admins everybody's."""
    if not caller.may(Role.REVIEWER):
        if query.by not in (None, caller.name):
            raise Forbidden("Only reviewers and admins see the readings of others.")
        query = query.model_copy(update={"by": caller.name})
    asked = query.model_dump(mode="json", exclude_none=True)
    return relay(await gateway.ingestion.request("GET", "/readings", caller, params=asked))


@router.get("/readings/{id}", response_model=StoredReading)
@raises(Gone)
async def show_reading(id: Id, caller: Anybody, gateway: Parts) -> StoredReading:
    """A reading, also before it is delivered; somebody else's is shown to reviewers and admins only."""
    return (await find_reading(id, caller, gateway))[0]


@router.get("/readings/{id}/picture", response_class=Response, responses={200: {"content": SHOWN}})
@raises(Gone)
async def show_picture(id: Id, caller: Anybody, gateway: Parts) -> Response:
    """The picture of a reading as it was sent, also before it is delivered, to whom the reading is shown."""
    if waiting := await gateway.outbox.load(id) or await _load_shelved(id, gateway):
        reading, picture = waiting
        _check(reading, caller)
        return Response(picture, media_type=media_type(picture))
    return relay(await _ask(f"/readings/{id}/picture", caller, gateway))


async def find_reading(id: str, caller: Caller, gateway: Gateway) -> tuple[StoredReading, bool]:
    """A reading that the caller may see, and whether it is delivered; raises UnknownReading."""
    if waiting := await gateway.outbox.find(id) or await _on_shelf(gateway.shelf.find, id):
        _check(waiting, caller)
        return amend(StoredReading.model_validate(dict(waiting)), gateway.outbox.corrections(id)), False
    stored = StoredReading.model_validate_json((await _ask(f"/readings/{id}", caller, gateway)).content)
    _check(stored, caller)
    return stored, True


async def load_picture(id: str, caller: Caller, gateway: Gateway) -> bytes:
    """The picture of a reading that the caller may see; raises UnknownReading."""
    if waiting := await gateway.outbox.load(id) or await _load_shelved(id, gateway):
        reading, picture = waiting
        _check(reading, caller)
        return picture
    return (await _ask(f"/readings/{id}/picture", caller, gateway)).content


async def _load_shelved(id: str, gateway: Gateway) -> tuple[NewReading, bytes] | None:
    reading = await _on_shelf(gateway.shelf.find, id)
    picture = await _on_shelf(gateway.shelf.picture, id) if reading else None
    return (reading, picture) if reading and picture is not None else None


async def _on_shelf(find: Callable[[str], T | None], id: str) -> T | None:
    """What another gateway has not delivered yet; nothing while the database is away: ingestion may know it."""
    try:
        return await asyncio.to_thread(find, id)
    except SQLAlchemyError:
        return None


def _check(reading: KeptReading, caller: Caller) -> None:
    if reading.by != caller.name and not caller.may(Role.REVIEWER):
        raise UnknownReading(f"You have no reading {reading.id}.")


async def _ask(path: str, caller: Caller, gateway: Gateway) -> httpx.Response:
    """What ingestion shows of a reading to this caller."""
    try:
        return await gateway.ingestion.request("GET", path, caller)
    except UpstreamProblem as error:
        if error.problem.status in (403, 404):
            raise UnknownReading(f"You have no reading {path.split('/')[2]}.") from error
        raise
