"""Dependencies that read what many requests carry."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Header, Query, Request
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel
from starlette.types import Scope

from longhand.servicekit.errors import Invalid

LIMIT = 100
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True)
class Paging:
    """Which page of a list is asked for; `cursor` is the `next` of the page before."""

    cursor: str | None = None
    limit: int = 50


async def paging(
    cursor: Annotated[
        str | None, Query(max_length=200, pattern=r"^[ -~]*$", description="`next` of the page before")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT, description="how many items at most")] = 50,
) -> Paging:
    """The page that a request asks for."""
    return Paging(cursor, limit)


async def idempotency_key(
    key: Annotated[
        str | None,
        Header(alias="Idempotency-Key", description="a name for this piece of work: sent again, it is done once"),
    ] = None,
) -> str | None:
    """The request's Idempotency-Key; Invalid where it is not 1 to 200 printable characters without blanks."""
    if key is not None and not _KEY.fullmatch(key):
        raise Invalid("Idempotency-Key must be 1 to 200 printable ASCII characters without blanks.")
    return key


def matched(scope: Scope) -> object | None:
    """The route that a request was matched to, as its router was included; none where no route matches."""
    included: object | None = scope.get("fastapi", {}).get("effective_route_context")
    return included or scope.get("route")


async def refuse_unknown(request: Request) -> None:
    """Raises Invalid where the query holds a parameter that the route does not have.

    A misspelt filter would else be passed over, and everything be answered in place of what was asked for.
    """
    if not request.scope["query_string"]:
        return
    dependant = getattr(matched(request.scope), "dependant", None)
    known = set(_parameters(dependant)) if isinstance(dependant, Dependant) else set()
    if unknown := sorted(set(request.query_params) - known):
        has = f"This address takes {', '.join(sorted(known))}." if known else "This address takes none."
        raise Invalid(f"Unknown query parameters: {', '.join(unknown)[:200]}. {has}")


def _parameters(dependant: Dependant) -> Iterator[str]:
    """The names of the query parameters of a route and of what it depends on."""
    for field in dependant.query_params:
        kind = field.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from (about.alias or name for name, about in kind.model_fields.items())
        else:
            yield field.alias
    for one in dependant.dependencies:
        yield from _parameters(one)
