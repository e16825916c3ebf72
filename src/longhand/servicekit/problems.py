"""Errors as clients see them: problem+json (RFC 9457), whichever room raised them."""

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TypeVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from longhand.contracts.problems import Problem
from longhand.errors import LonghandError
from longhand.servicekit import tracing
from longhand.servicekit.errors import STATUS, Invalid, MethodNotAllowed, UpstreamProblem, status_of

_log = logging.getLogger(__name__)
Kind = TypeVar("Kind", bound=Exception)
MEDIA_TYPE = "application/problem+json"
# The framework's own answers, in the code and words that ours have.
_FRAMEWORK = {
    400: (422, "invalid", "This request cannot be understood: its body is malformed."),
    404: (404, "not_found", "There is nothing at this address."),
    413: (413, "too_large", "This request is too large."),
}


def title(status: int) -> str:
    """The reason phrase of a status."""
    return HTTPStatus(status).phrase


def respond(
    status: int, code: str, detail: str, headers: Mapping[str, str] | None = None, **more: object
) -> JSONResponse:
    """A problem+json response with the id of the request at hand; `more` adds members."""
    trace = tracing.current.get()
    request_id = trace.request_id if trace else None
    problem = Problem(title=title(status), status=status, code=code, detail=detail, request_id=request_id)
    body = problem.model_dump(exclude_none=True) | more
    return JSONResponse(body, status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def headers_of(error: LonghandError, status: int) -> dict[str, str]:
    """The headers that go with an error: Retry-After, Allow, WWW-Authenticate."""
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    if status in (429, 503):
        headers["Retry-After"] = str(getattr(error, "retry_after", 5))
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = error.allow
    return headers


def of_error(error: LonghandError, statuses: Mapping[type[LonghandError], int] = STATUS) -> JSONResponse:
    """The response for a domain error; what no table names is a fault of ours: 500, logged, not shown."""
    if isinstance(error, UpstreamProblem):
        given = error.problem.model_dump(exclude={"title", "status", "code", "detail", "request_id"}, exclude_none=True)
        return respond(error.problem.status, error.problem.code, error.problem.detail, error.headers, **given)
    status = status_of(type(error), statuses)
    if status == 500:
        _log.error("no status for %s", type(error).__name__, exc_info=error)
        return internal()
    return respond(status, error.code, error.sentence, headers_of(error, status))


def internal() -> JSONResponse:
    """The response where something broke that should not."""
    return respond(500, "internal_error", "Something broke here; the log has it under the request id.")


def _of_http(error: HTTPException) -> JSONResponse:
    headers = dict(error.headers or {})
    if error.status_code == 405:
        allow = headers.get("Allow", "")
        return respond(405, MethodNotAllowed.code, f"This address does not take that method: use {allow}.", headers)
    if error.status_code == 422:
        return respond(422, Invalid.code, str(error.detail), headers)
    fallback = (error.status_code, title(error.status_code).lower().replace(" ", "_"), str(error.detail))
    return respond(*_FRAMEWORK.get(error.status_code, fallback), headers)


def _of_validation(error: RequestValidationError) -> JSONResponse:
    found = [{"loc": list(one["loc"]), "msg": one["msg"], "type": one["type"]} for one in error.errors()]
    where = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in found)
    return respond(422, Invalid.code, f"This request is not valid: {where}.", errors=found)


def install(app: FastAPI, statuses: Mapping[type[LonghandError], int]) -> None:
    """Makes every error of an app a problem."""

    def handle(kind: type[Kind], answer: Callable[[Kind], JSONResponse]) -> None:
        async def handler(_: Request, error: Exception) -> JSONResponse:
            assert isinstance(error, kind)
            return answer(error)

        app.add_exception_handler(kind, handler)

    handle(LonghandError, lambda error: of_error(error, statuses))
    handle(HTTPException, _of_http)
    handle(RequestValidationError, _of_validation)
