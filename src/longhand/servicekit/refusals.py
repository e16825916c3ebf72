"""What a database refuses, as problems of an app; apart from `state`, which workers use without FastAPI."""

import logging

from fastapi import FastAPI, Request, Response
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from longhand.errors import LonghandError
from longhand.servicekit import problems
from longhand.servicekit.errors import Invalid, Unavailable

_log = logging.getLogger(__name__)


def guard(app: FastAPI) -> None:
    """Makes what a database says a problem of an app: its own text goes to the log, never to a client."""

    async def answer(_: Request, error: Exception) -> Response:
        _log.warning("the database refuses", exc_info=error)
        return problems.of_error(_meaning(error))

    for kind in (DBAPIError, PoolTimeout, OverflowError):
        app.add_exception_handler(kind, answer)


def _meaning(error: Exception) -> LonghandError:
    if isinstance(error, DataError | OverflowError):  # SQLite's driver says OverflowError of a number beyond 64 bits
        return Invalid("This request holds a value that cannot be kept: a number too large, or text of another kind.")
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout):
        return Unavailable("The database cannot be reached: try again in a moment.")
    return LonghandError(type(error).__name__)
