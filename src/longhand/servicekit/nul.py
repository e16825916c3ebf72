"""No text with a NUL character comes in: PostgreSQL cannot keep it, and no person types it."""

import re
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from longhand.servicekit import problems
from longhand.servicekit.errors import Invalid

# In JSON a backslash stands only within a string, so an odd number of them before `u0000` is the character itself.
_ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_CARRIED = 64
"""Bytes of the part before that are looked at again, as an escape may be cut in two."""
_SENTENCE = "This request holds a NUL character: send text without it."


class RefuseNul:
    """Answers 422 to a NUL character in the path, in the query, and in a body that is JSON or a plain form.

    The files of a multipart body may hold any byte; its fields are for the route to check.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on until a NUL turns up."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        if found := _where(scope):
            return await problems.of_error(Invalid(f"{found}: {_SENTENCE}"))(scope, receive, send)
        await self._app(scope, _Checked(receive, _kind(scope)), send)


class _Checked:
    """Receives a body; raises HTTPException, which every reader of bodies lets pass, once a NUL is in it."""

    def __init__(self, receive: Receive, kind: bytes) -> None:
        self._receive = receive
        self._json, self._form = kind.endswith(b"json"), kind == b"application/x-www-form-urlencoded"
        self._before = b""

    async def __call__(self) -> Message:
        message = await self._receive()
        body = message.get("body", b"")
        if body and (self._json or self._form):
            part = self._before + body
            if (self._json and b"u0000" in part and _ESCAPED.search(part)) or (self._form and b"%00" in part):
                raise HTTPException(422, _SENTENCE)
            self._before = part[-_CARRIED:]
        return message


def _where(scope: Scope) -> str:
    """The names of the parameters with a NUL; `path` where it is there, nothing where there is none."""
    if "\0" in scope["path"]:
        return "path"
    if b"%00" not in scope["query_string"]:
        return ""
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return ", ".join(name for name, value in pairs if "\0" in name + value)


def _kind(scope: Scope) -> bytes:
    """The media type of the body, in small letters."""
    found = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    return bytes(found.partition(b";")[0].strip().lower())
