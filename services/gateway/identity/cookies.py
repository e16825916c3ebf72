"""The cookie in which a browser keeps its refresh token, where no script can read it."""

from typing import Annotated, Literal

from fastapi import Cookie, Header, Response

from longhand.contracts.accounts import TokenResponse

NAME = "longhand_refresh"
PATH = "/token"
"""The cookie is sent to the routes below it alone."""

Kept = Annotated[
    Literal["cookie"] | None,
    Header(
        alias="Longhand-Session",
        description="`cookie`: the refresh token is kept in an HttpOnly cookie for /token, and is not in the answer",
    ),
]
"""A page of another site cannot send this header, so a cookie without it counts for nothing."""

Sent = Annotated[str | None, Cookie(alias=NAME, max_length=200, include_in_schema=False)]


def keep(response: Response, tokens: TokenResponse, seconds: int, secure: bool) -> TokenResponse:
    """Moves the refresh token from the answer into the cookie."""
    response.set_cookie(
        NAME, tokens.refresh_token or "", max_age=seconds, path=PATH, secure=secure, httponly=True, samesite="strict"
    )
    return tokens.model_copy(update={"refresh_token": None})


def forget(response: Response) -> None:
    """Lets the browser drop the cookie."""
    response.delete_cookie(NAME, path=PATH, httponly=True, samesite="strict")
