"""Dependencies that read what many requests carry."""

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import Header, Query

from longhand.servicekit.errors import Invalid

LIMIT = 100
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True)
class Paging:
    """Which page of a list is asked for; `cursor` is the `next` of the page before."""

    cursor: str | None = None
    limit: int = 50


async def paging(
    cursor: Annotated[str | None, Query(max_length=200, description="`next` of the page before")] = None,
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
