"""The OpenAPI description of a service, with every problem that an operation can answer with.

FastAPI describes what succeeds. The problems follow from what a route is made of:

every operation                        422  parameters that are unknown or not valid
a body                                 413  more bytes than the limit
a parameter in the path                404
a token or key                         401, 403, 503
a token or key, and another verb than GET   409
what its functions declare by `raises`      the status of each class
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.params import Depends
from fastapi.routing import iter_route_contexts
from fastapi.security.base import SecurityBase

from longhand.contracts.problems import Problem
from longhand.errors import LonghandError
from longhand.servicekit import problems
from longhand.servicekit.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    TooLarge,
    Unauthenticated,
    Unavailable,
    declared,
    status_of,
)

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
Statuses = Mapping[type[LonghandError], int]
Kinds = list[type[LonghandError]]
Schema = dict[str, Any]
READING = frozenset({"GET", "HEAD"})
RETRY_AFTER = {"Retry-After": {"description": "seconds to wait", "required": True, "schema": {"type": "integer"}}}


def text_answer(kind: str) -> dict[int | str, Schema]:
    """The `responses` of a route that succeeds with text of this media type."""
    return {200: {"content": {kind: {"schema": {"type": "string"}}}}}


@dataclass(frozen=True)
class _Route:
    """What a route is made of."""

    path: str
    methods: frozenset[str]
    dependant: Dependant
    takes_body: bool


class DescribedApp(FastAPI):
    """An app whose description names problems as well; `statuses` says which status its errors have.

    Where it is `public`, it shows the description at /openapi.json.
    """

    def __init__(
        self, *, title: str, statuses: Statuses, public: bool, lifespan: Lifespan, dependencies: Sequence[Depends]
    ) -> None:
        address = "/openapi.json" if public else None
        super().__init__(
            title=title,
            lifespan=lifespan,
            dependencies=dependencies,
            openapi_url=address,
            docs_url=None,
            redoc_url=None,
        )  # the framework's pages of it load what lies on other hosts
        self._statuses = statuses
        self._described: Schema | None = None

    def openapi(self) -> Schema:
        """The description as a client reads it."""
        schema = super().openapi()  # made once, until routes are added
        if schema is not self._described:
            for route in _routes(self):
                _describe(schema, route, self._statuses)
            _settle(schema)
            self._described = schema
        return schema


def _routes(app: FastAPI) -> Iterator[_Route]:
    for found in iter_route_contexts(app.routes):
        dependant = getattr(found, "dependant", None)
        if isinstance(dependant, Dependant) and getattr(found, "include_in_schema", False):
            body = getattr(found, "body_field", None) or "requestBody" in (getattr(found, "openapi_extra", None) or {})
            yield _Route(found.path_format or "", frozenset(found.methods or ()), dependant, bool(body))


def _describe(schema: Schema, route: _Route, statuses: Statuses) -> None:
    for method in route.methods:
        responses = schema["paths"][route.path][method.lower()]["responses"]
        found: dict[int, Kinds] = {}
        for kind in dict.fromkeys([*_structural(route, method), *_declared(route.dependant)]):
            found.setdefault(status_of(kind, statuses), []).append(kind)
        for status, kinds in found.items():
            responses[str(status)] = {"$ref": _share(schema, status, kinds)}


def _structural(route: _Route, method: str) -> Iterator[type[LonghandError]]:
    yield Invalid
    if route.takes_body:
        yield TooLarge
    if "{" in route.path:
        yield NotFound
    if any(isinstance(function, SecurityBase) for function in _functions(route.dependant)):
        yield from (Unauthenticated, Forbidden, Unavailable)
        if method not in READING:
            yield Conflict


def _declared(dependant: Dependant) -> Iterator[type[LonghandError]]:
    for function in _functions(dependant):
        yield from declared(function)


def _functions(dependant: Dependant) -> Iterator[object]:
    """The route's own function and those that it depends on."""
    if dependant.call is not None:
        yield dependant.call
    for one in dependant.dependencies:
        yield from _functions(one)


def _share(schema: Schema, status: int, kinds: Kinds) -> str:
    """A reference to the response for these errors, which operations share."""
    codes = {kind.code: (kind.__doc__ or "").partition("\n")[0] for kind in kinds}
    name = "-".join([str(status), *sorted(codes)])
    shared = schema.setdefault("components", {}).setdefault("responses", {})
    shared[name] = {
        "description": "; ".join(f"`{code}`: {about}" for code, about in sorted(codes.items())),
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        **({"headers": RETRY_AFTER} if status in (429, 503) else {}),
    }
    return f"#/components/responses/{name}"


def _settle(schema: Schema) -> None:
    """Describes problems, and no longer the framework's own errors, which nobody gets to see."""
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    for framework in ("HTTPValidationError", "ValidationError"):
        schemas.pop(framework, None)
    schemas["Problem"] = Problem.model_json_schema()
