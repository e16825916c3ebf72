"""A client's connection: it must send the head of a request in time and within a size, and its body without a pause.

uvicorn waits for ever for a request that has begun, and keeps a head of any size. Its parser and speed stay; only
the waiting is bounded here.
"""

import asyncio
import json
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from longhand.contracts.problems import Problem

MOVES = 16 * 1024
"""Bytes by which a body must grow within the time: a single byte now and then is no progress."""

LINGER_SECONDS = 1.0


@dataclass(frozen=True)
class Patience:
    """How long a client may take, in seconds, and how many bytes the head of a request may have."""

    head_seconds: float = 30.0
    body_seconds: float = 60.0
    head_bytes: int = 65_536


class Config(uvicorn.Config):
    """uvicorn's settings, with patience."""

    patience = Patience()


class _Part(Enum):
    """What the client is to send next."""

    BEGIN = auto()
    HEAD = auto()
    BODY = auto()


class Connection(HttpToolsProtocol):
    """Answers 431 to a head that is too large and 408 to a request that does not go on, and closes."""

    _part = _Part.BEGIN
    _head = _body = 0
    _timer: asyncio.TimerHandle | None = None
    _refused = False

    @property
    def _patience(self) -> Patience:
        return self.config.patience if isinstance(self.config, Config) else Patience()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins to wait for a request."""
        super().connection_made(transport)
        self._wait(self._patience.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Waits no longer."""
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Takes a part of a request; after it, what is still to come has its time."""
        if self._refused:
            return
        # A head that is not whole yet is in the parser's memory: what has come is all that can be counted of it.
        self._head += len(data)
        super().data_received(data)
        if self._part is _Part.BODY:
            self._follow_body()
        elif self._part is _Part.HEAD and self._head > self._patience.head_bytes:
            self._refuse(431)
        elif self._timer is None and not self._answering():
            self._wait(self._patience.head_seconds)

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._part = _Part.HEAD

    def on_headers_complete(self) -> None:
        """The head is whole: it is weighed, and the request begins."""
        self._stop()
        if self._weight() > self._patience.head_bytes:
            self._refuse(431)
            raise ValueError("the head is too large")  # ends the parser's work on what has come
        self._part, self._body = _Part.BODY, 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self._body += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole: nothing is waited for until the next begins."""
        self._stop()
        self._part, self._head = _Part.BEGIN, 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answers what is no HTTP, in the form that every problem has."""
        if not self._refused:
            self._refuse(400)

    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _weight(self) -> int:
        """Bytes of the head, with the separators of each line."""
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def _follow_body(self) -> None:
        if self._timer is None or self._body >= MOVES:
            self._body = 0
            self._wait(self._patience.body_seconds)

    def _wait(self, seconds: float) -> None:
        self._stop()
        self._timer = self.loop.call_later(seconds, self._give_up)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        if self._part is _Part.BODY and self.flow.read_paused:
            self._wait(self._patience.body_seconds)  # it is the app that does not read
        elif self._part is _Part.BEGIN and self._head == 0:
            self.transport.close()
        else:
            self._refuse(408)

    def _refuse(self, status: int) -> None:
        """Answers, unless an answer has begun, and closes."""
        self._refused = True
        self._stop()
        if self._answering() and self.cycle.response_started:
            self.transport.close()
            return
        self.transport.write(_answer(status))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        # Closed with bytes unread, the kernel resets the connection, and the client may never see the answer.
        self.flow.resume_reading()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)


_REASONS = {
    400: ("bad_request", "This is not HTTP: check what was sent, and to which port."),
    408: ("request_timeout", "This request did not go on: send it again, without a pause."),
    431: ("headers_too_large", "The head of this request is too large: send fewer or shorter headers."),
}


def _answer(status: int) -> bytes:
    code, detail = _REASONS[status]
    phrase = HTTPStatus(status).phrase
    problem = Problem(title=phrase, status=status, code=code, detail=detail)
    body = json.dumps(problem.model_dump(exclude_none=True)).encode()
    head = f"HTTP/1.1 {status} {phrase}\r\ncontent-type: application/problem+json\r\nconnection: close\r\n"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body
