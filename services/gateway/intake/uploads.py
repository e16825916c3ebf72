"""What comes with a picture: multipart, or JSON with a data URL; never more than the limit."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi.exceptions import RequestValidationError
from pydantic import AliasChoices, Field, ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Message

from services.gateway.errors import BadBody, UnsupportedBody, UploadTooLarge
from services.gateway.intake.dataurls import decode_url
from services.gateway.intake.multipart import open_form
from services.gateway.intake.options import ReadingOptions

ENVELOPE = 64 * 1024
"""Bytes that a body may have beside the picture and the candidates: part headers and the other fields."""

CANDIDATES = 4 * 1024 * 1024
"""Bytes that candidates may have."""


Fields = Mapping[str, object]


class PictureUpload(ReadingOptions):
    """A picture as JSON."""

    file: str = Field(
        validation_alias=AliasChoices("file", "image"),
        description="a data URL: `data:image/png;base64,…`; `image` is understood as well",
    )


@dataclass(frozen=True)
class Upload:
    """A picture as it was sent, and how to read it."""

    picture: bytes
    options: ReadingOptions


def longest_body(limit: int) -> int:
    """Bytes that a body may have whose picture has `limit` bytes: base64 makes four of three."""
    return limit * 4 // 3 + CANDIDATES + ENVELOPE


async def receive_upload(request: Request, limit: int) -> Upload:
    """Reads the body, of which the picture may have `limit` bytes.

    Raises UploadTooLarge without keeping more, UnsupportedBody, BadBody, and RequestValidationError, which lists
    what is wrong.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        upload = await _from_form(_limited(request, limit + CANDIDATES + ENVELOPE, limit))
    elif kind == "application/json":
        upload = await _from_json(_limited(request, longest_body(limit), limit))
    else:
        raise UnsupportedBody("Send the picture as multipart/form-data with `file`, or as JSON with a data URL.")
    if len(upload.picture) > limit:
        raise _too_large(limit)
    return upload


async def _from_form(request: Request) -> Upload:
    try:
        async with open_form(request, CANDIDATES) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise _wrong("file", "missing: the picture goes here")
            fields = {key: value for key, value in form.multi_items() if key != "file"}
            return Upload(await file.read(), await _options(fields))
    except MultiPartException as error:
        raise BadBody(f"The multipart body cannot be read: {error.message}") from error


async def _from_json(request: Request) -> Upload:
    return await asyncio.to_thread(_parse, await request.body())


def _parse(body: bytes) -> Upload:
    try:
        sent = PictureUpload.model_validate(json.loads(body))
    except ValidationError as error:
        raise _invalid(error) from error
    except (ValueError, RecursionError) as error:
        raise BadBody("The body is not JSON.") from error
    try:
        picture = decode_url(sent.file)
    except ValueError as error:
        raise _wrong("file", str(error)) from error
    return Upload(picture, ReadingOptions.model_validate(sent.model_dump(exclude={"file"})))


async def _options(fields: Fields) -> ReadingOptions:
    if "candidates" in fields:  # up to megabytes, so never on the event loop
        return await asyncio.to_thread(lambda: _check_options(_listed(fields)))
    return _check_options(fields)


def _check_options(fields: Fields) -> ReadingOptions:
    try:
        return ReadingOptions.model_validate(fields)
    except ValidationError as error:
        raise _invalid(error) from error


def _listed(fields: Fields) -> Fields:
    """The fields of a form with its candidates as a list."""
    try:
        return {**fields, "candidates": json.loads(str(fields["candidates"]))}
    except (ValueError, RecursionError) as error:
        raise _wrong("candidates", 'not a JSON list: ["Genf", "Bern"]') from error


def _limited(request: Request, body_limit: int, limit: int) -> Request:
    """The same request, that refuses to be longer than this."""
    receive = request.receive
    length = request.headers.get("content-length", "0")
    announced = int(length) if length.isdecimal() else 0
    seen = 0

    async def count() -> Message:
        nonlocal seen
        message = await receive() if announced <= body_limit else {}
        seen += len(message.get("body", b""))
        if max(seen, announced) > body_limit:
            raise _too_large(limit)
        return message

    return Request(request.scope, count)


def _too_large(limit: int) -> UploadTooLarge:
    return UploadTooLarge(f"The picture is larger than {limit / 2**20:.3g} MB: send a smaller one.")


def _wrong(field: str, message: str) -> RequestValidationError:
    return RequestValidationError([{"type": "value_error", "loc": ("body", field), "msg": message}])


def _invalid(error: ValidationError) -> RequestValidationError:
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    return RequestValidationError([{**found, "loc": ("body", *found["loc"])} for found in errors])
