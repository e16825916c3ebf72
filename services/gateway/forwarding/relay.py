"""Answers of other services, passed on to the client."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager

import httpx
from fastapi import Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from longhand.servicekit.requests import Paging

PASSED_ON = ("content-type", "location")
LOOK_S = 1.0
"""How often a stream is asked whether its caller may still listen."""

log = logging.getLogger(__name__)
Parts = AsyncGenerator[bytes, None]
Streaming = AbstractAsyncContextManager[httpx.Response]


def relay(answer: httpx.Response) -> Response:
    """The same answer: body, status, and the headers that belong to the body."""
    headers = {name: answer.headers[name] for name in PASSED_ON if name in answer.headers}
    return Response(answer.content, answer.status_code, headers)


def paged(paging: Paging, **others: str | None) -> dict[str, str | int]:
    """The query of a page of another service's list, with what else was asked for."""
    cursor = {"cursor": paging.cursor} if paging.cursor else {}
    return {"limit": paging.limit, **cursor, **{name: value for name, value in others.items() if value}}


async def relay_stream(opening: Streaming, may_listen: Callable[[], bool]) -> Response:
    """The same answer while it comes, for as long as the caller may listen.

    Raises what opening it raises, so that a refusal has its own status.
    """
    answer = await opening.__aenter__()
    headers = {name: answer.headers[name] for name in PASSED_ON if name in answer.headers}
    return _Relayed(opening, _parts(answer, may_listen), answer.status_code, headers)


class _Relayed(StreamingResponse):
    """Closes what it passes on, also where the client leaves before the first part."""

    def __init__(
        self, opened: Streaming, parts: AsyncGenerator[bytes, None], status: int, headers: dict[str, str]
    ) -> None:
        super().__init__(parts, status, headers)
        self._opened = opened
        self._parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._parts.aclose()
            await self._opened.__aexit__(None, None, None)


async def _parts(answer: httpx.Response, may_listen: Callable[[], bool]) -> Parts:
    source = answer.aiter_raw()
    coming = asyncio.ensure_future(anext(source, None))
    try:
        while may_listen():
            done, _ = await asyncio.wait([coming], timeout=LOOK_S)
            if not done:
                continue
            if (part := coming.result()) is None:
                return
            yield part
            coming = asyncio.ensure_future(anext(source, None))
    except httpx.TransportError as error:
        log.warning("A stream ended early: %s", type(error).__name__)
    finally:
        coming.cancel()
        # Not gather, which would cancel a second time while the connection is being closed.
        await asyncio.wait([coming])
