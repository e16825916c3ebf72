"""Pictures in, readings out."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from longhand.contracts.accounts import Role
from longhand.contracts.paging import Page
from longhand.contracts.readings import Reading, StoredReading
from longhand.servicekit.errors import Forbidden, UpstreamProblem
from services.gateway.callers import Anybody, Key, Paged, Parts
from services.gateway.errors import UnknownReading
from services.gateway.forwarding.relay import relay
from services.gateway.intake.options import ReadingOptions
from services.gateway.intake.uploads import PictureUpload, receive_upload

router = APIRouter(tags=["readings"])
Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,63}$")]


def _body() -> dict[str, Any]:
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
async def predict(request: Request, caller: Anybody, key: Key, gateway: Parts) -> Response:
    """Reads a picture of handwriting; where it is to be kept, it is safe when the answer comes."""
    upload = await receive_upload(request, gateway.settings.max_upload)
    return Response(await gateway.reader.read(caller, upload, key), media_type="application/json")


@router.get("/readings", response_model=Page[StoredReading])
async def list_readings(
    caller: Anybody,
    paging: Paged,
    gateway: Parts,
    by: Annotated[str | None, Query(max_length=64, description="only this account's")] = None,
) -> Response:
    """Readings, newest first: one's own; for reviewers and admins everybody's."""
    if not caller.may(Role.REVIEWER):
        if by not in (None, caller.name):
            raise Forbidden("Only reviewers and admins see the readings of others.")
        by = caller.name
    params = {"cursor": paging.cursor, "limit": paging.limit, "by": by}
    asked = {name: value for name, value in params.items() if value is not None}
    return relay(await gateway.ingestion.request("GET", "/readings", caller, params=asked))


@router.get("/readings/{id}", response_model=StoredReading)
async def show_reading(id: Id, caller: Anybody, gateway: Parts) -> StoredReading:
    """A reading, also before it is delivered; somebody else's is shown to reviewers and admins only."""
    reading = await gateway.outbox.find(id) or await _ask(id, caller, gateway)
    if reading.by != caller.name and not caller.may(Role.REVIEWER):
        raise UnknownReading(f"You have no reading {id}.")
    return reading


async def _ask(id: str, caller: Anybody, gateway: Parts) -> StoredReading:
    try:
        answer = await gateway.ingestion.request("GET", f"/readings/{id}", caller)
    except UpstreamProblem as error:
        if error.problem.status in (403, 404):
            raise UnknownReading(f"You have no reading {id}.") from error
        raise
    return StoredReading.model_validate_json(answer.content)
