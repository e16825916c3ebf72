"""Calls to another service, on behalf of a person."""

import itertools
import ssl
from collections.abc import AsyncIterable, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Self, TypedDict, Unpack

import httpx
from pydantic import ValidationError

from longhand.contracts.problems import Problem
from longhand.servicekit import tracing
from longhand.servicekit.errors import Unavailable, UpstreamProblem
from longhand.servicekit.tokens import Caller, Signer

TTL = 60
USES = 100
_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_PASSED_ON = ("retry-after", "allow")


class Content(TypedDict, total=False):
    """What a call carries, in httpx's words."""

    params: Mapping[str, str | int]
    json: object
    content: bytes | AsyncIterable[bytes]
    timeout: float | httpx.Timeout


class Upstream:
    """A service at `base_url`, called with a token of 60 s for `audience` in the caller's name.

    What cannot be reached or does not answer within `timeout` seconds raises Unavailable; a problem that it answers
    with raises UpstreamProblem, which goes to the client as it is.
    """

    def __init__(
        self,
        base_url: str,
        audience: str,
        signer: Signer,
        *,
        timeout: float = 10.0,
        transport: httpx.AsyncBaseTransport | None = None,
        verify: ssl.SSLContext | bool = True,
    ) -> None:
        self.audience = audience
        self._signer = signer
        self._client = httpx.AsyncClient(
            base_url=base_url, timeout=timeout, transport=transport, verify=verify, trust_env=False
        )
        self._calls = itertools.count(1)

    async def request(
        self,
        method: str,
        path: str,
        caller: Caller,
        *,
        headers: Mapping[str, str] | None = None,
        **content: Unpack[Content],
    ) -> httpx.Response:
        """The answer, of status below 400; `content` is what the call carries."""
        try:
            response = await self._send(method, path, caller, dict(headers or {}), content)
        except httpx.TransportError as error:
            raise self._away() from error
        return self._checked(response)

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        path: str,
        caller: Caller,
        *,
        headers: Mapping[str, str] | None = None,
        **content: Unpack[Content],
    ) -> AsyncIterator[httpx.Response]:
        """The answer while it comes, without a limit of time between its parts."""
        content.setdefault("timeout", httpx.Timeout(self._client.timeout.connect, read=None))
        sent = self._headers(caller, dict(headers or {}))
        try:
            async with self._client.stream(method, path, headers=sent, **content) as response:
                if response.is_error:
                    await response.aread()
                yield self._checked(response)
        except httpx.TransportError as error:
            raise self._away() from error

    async def aclose(self) -> None:
        """Closes all connections."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _send(
        self, method: str, path: str, caller: Caller, headers: dict[str, str], content: Content
    ) -> httpx.Response:
        """One call, and one more where it cannot do harm: after a refused connection, or for what is idempotent."""
        named = {name.lower() for name in headers}
        safe = method.upper() in _IDEMPOTENT or "idempotency-key" in named
        try:
            return await self._client.request(method, path, headers=self._headers(caller, headers), **content)
        except (httpx.ConnectTimeout, httpx.ReadTimeout, httpx.WriteTimeout, httpx.PoolTimeout):
            raise
        except httpx.ConnectError:
            pass
        except httpx.TransportError:
            if not safe:
                raise
        return await self._client.request(method, path, headers=self._headers(caller, headers), **content)

    def _headers(self, caller: Caller, headers: dict[str, str]) -> dict[str, str]:
        token = self._signer.sign(caller.name, caller.role, self.audience, TTL)
        trace = tracing.current.get() or tracing.Trace()
        own = {
            "Authorization": f"Bearer {token}",
            "traceparent": trace.traceparent,
            "x-request-id": trace.request_id,
        }
        # A pooled connection stays with one replica for ever: now and then one is given up.
        close = {"Connection": "close"} if next(self._calls) % USES == 0 else {}
        return headers | own | close

    def _checked(self, response: httpx.Response) -> httpx.Response:
        if response.status_code < 400:
            return response
        try:
            problem = Problem.model_validate_json(response.content)
        except ValidationError as error:
            raise self._away() from error
        passed_on = {name: response.headers[name] for name in _PASSED_ON if name in response.headers}
        if problem.status == 401:
            # It is our token that was refused, not the client's.
            raise self._away()
        raise UpstreamProblem(problem, passed_on)

    def _away(self) -> Unavailable:
        return Unavailable(f"The {self.audience} service cannot be reached: try again in a moment.")
