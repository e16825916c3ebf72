"""What happens around every request: trace, measurement, access log, limits."""

import logging
import time
from collections.abc import Mapping
from contextlib import suppress

from starlette.datastructures import State
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from longhand.servicekit import problems, tracing
from longhand.servicekit.errors import TooLarge
from longhand.servicekit.metrics import UNMATCHED, Metrics
from longhand.servicekit.requests import matched

_log = logging.getLogger("longhand.access")
_error_log = logging.getLogger("longhand.error")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET = ("/livez", "/readyz", "/metrics")


def _header(scope: Scope, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)


def route_of(scope: Scope) -> str:
    """The template of the route that answered, `unmatched` where none did."""
    route = matched(scope)
    template = getattr(route, "path_format", None) or getattr(route, "path", None)
    return str(template) if template else UNMATCHED


class Observed:
    """Gives each request a trace, counts and logs it, and answers 500 where the app broke."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request; other kinds of scope pass."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        trace = tracing.adopt(_header(scope, b"x-request-id"), _header(scope, b"traceparent"))
        token = tracing.current.set(trace)
        answer = _Answer(send, trace, scope["app"].state)
        begin = time.perf_counter()
        try:
            await self._run(scope, receive, answer)
        finally:
            self._record(scope, answer.status, (answer.begun or time.perf_counter()) - begin)
            tracing.current.reset(token)

    async def _run(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        try:
            await self._app(scope, receive, answer)
        except ClientDisconnect:
            _log.debug("the client went away")
        except Exception:
            _error_log.exception("a request broke")
            if answer.status:
                raise
            await problems.internal()(scope, receive, answer)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        # 499: the client went away before there was an answer.
        method = scope["method"] if scope["method"] in _METHODS else "other"
        route, status = route_of(scope), status or 499
        self._metrics.observe(method, route, status, seconds)
        fields = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
        level = logging.DEBUG if route in _QUIET else logging.INFO
        _log.log(level, "%s %s %s", method, scope["path"], status, extra={"fields": fields})


class _Answer:
    """Sends on, remembers the status, and adds the request's id; closes the connection where the app is stopping.

    A service that is about to stop so sends its clients elsewhere, before it closes what they still hold open.
    """

    def __init__(self, send: Send, trace: tracing.Trace, state: State) -> None:
        self._send, self._trace, self._state = send, trace, state
        self.status, self.begun = 0, 0.0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.begun = message["status"], time.perf_counter()
            headers = [*message.get("headers", []), (b"x-request-id", self._trace.request_id.encode())]
            if self._state.stopping:
                headers.append((b"connection", b"close"))
            message = {**message, "headers": headers}
        await self._send(message)


class _Exceeded(Exception):
    """The body went over its limit."""


class LimitBody:
    """Refuses request bodies of more than `max_bytes` with 413, by Content-Length and by counting what comes.

    A path that `longer` names has a limit of its own; one that ends with a slash names all below it.
    """

    def __init__(self, app: ASGIApp, max_bytes: int, longer: Mapping[str, int]) -> None:
        self._app, self._max, self._longer = app, max_bytes, longer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on while its body keeps to the limit."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        limit = self._find_limit(scope["path"])
        length = _header(scope, b"content-length") or "0"
        if length.isdigit() and int(length) > limit:
            return await self._refuse(limit, scope, receive, send)
        counted = _Counted(receive, send, limit)
        with suppress(_Exceeded):
            await self._app(scope, counted.receive, counted.send)
        if counted.exceeded and not counted.started:
            await self._refuse(limit, scope, receive, send)

    def _find_limit(self, path: str) -> int:
        below = path[: path.rfind("/") + 1]
        return self._longer.get(path, self._longer.get(below, self._max))

    async def _refuse(self, limit: int, scope: Scope, receive: Receive, send: Send) -> None:
        error = TooLarge(f"This request holds more than {limit:,} bytes: send less.")
        # The connection stays open: the server drops the rest of the body, and a client that only listens once it has
        # sent everything hears the answer instead of a reset.
        await problems.of_error(error)(scope, receive, send)


class _Counted:
    """Counts what is received; once over the limit, nothing more is received and no answer but ours is sent."""

    def __init__(self, receive: Receive, send: Send, limit: int) -> None:
        self._receive, self._send, self._left = receive, send, limit
        self.exceeded = self.started = False

    async def receive(self) -> Message:
        """The next message of the request."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
        if self._left < 0:
            self.exceeded = True
            raise _Exceeded
        return message

    async def send(self, message: Message) -> None:
        """Sends on, unless the limit was exceeded before an answer began."""
        if self.exceeded and not self.started:
            return
        self.started = True
        await self._send(message)
