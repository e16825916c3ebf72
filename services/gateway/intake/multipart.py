"""Multipart forms whose picture is a file, also where its part names none."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.datastructures import FormData
from starlette.formparsers import MultiPartParser
from starlette.requests import Request

FIELDS = 20
PICTURE = b"file"


class _Parser(MultiPartParser):
    """Takes the part `file` for a file also where it has no filename, as some programs send it.

    The parser would take it for text otherwise, decode its bytes, and hold it to the length of a text.
    """

    def on_headers_finished(self) -> None:
        """Gives the part a filename where it lacks one."""
        disposition = self._current_part.content_disposition or b""
        options = [option.strip() for option in disposition.split(b";")]
        unnamed = not any(option.lower().startswith((b"filename=", b"filename*=")) for option in options)
        if unnamed and {b'name="%s"' % PICTURE, b"name=%s" % PICTURE} & set(options):
            self._current_part.content_disposition = disposition + b'; filename="picture"'
        super().on_headers_finished()


@asynccontextmanager
async def open_form(request: Request, longest_field: int) -> AsyncIterator[FormData]:
    """The form of a request, of one file at most, closed at the end; raises MultiPartException."""
    parser = _Parser(request.headers, request.stream(), max_files=1, max_fields=FIELDS, max_part_size=longest_field)
    form = await parser.parse()
    try:
        yield form
    finally:
        await form.close()
