"""Signing in, staying signed in, signing out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response, status
from fastapi.security import OAuth2PasswordRequestForm

from longhand.contracts.accounts import TokenResponse
from longhand.servicekit.errors import Unauthenticated, raises
from services.gateway.callers import Parts
from services.gateway.errors import RefreshInvalid, RefreshReused, TooManyAttempts, WrongPassword
from services.gateway.gateway import Gateway
from services.gateway.identity.cookies import Kept, Sent, forget, keep

router = APIRouter(tags=["tokens"])
NOT_SIGNED_IN = "No refresh token came: sign in with POST /token."


@router.post("/token", response_model_exclude_none=True)
@raises(WrongPassword, TooManyAttempts)
async def sign_in(
    request: Request,
    response: Response,
    form: Annotated[OAuth2PasswordRequestForm, Depends()],
    gateway: Parts,
    kept: Kept = None,
) -> TokenResponse:
    """An access token for name and password, and a refresh token for when it has expired."""
    tokens = await gateway.accounts.sign_in(form.username, form.password, gateway.addresses.of(request))
    return _answer(gateway, response, tokens, kept)


@router.post("/token/refresh", response_model_exclude_none=True)
@raises(RefreshInvalid, RefreshReused)
async def refresh(
    response: Response,
    gateway: Parts,
    refresh_token: Annotated[str | None, Form(max_length=200)] = None,
    kept: Kept = None,
    cookie: Sent = None,
) -> TokenResponse:
    """The next access token and refresh token; the one sent is spent, and closes the session if it comes again."""
    token = refresh_token or (cookie if kept else None)
    if not token:
        raise RefreshInvalid(NOT_SIGNED_IN)
    return _answer(gateway, response, await gateway.accounts.refresh(token), kept)


@router.post("/token/revoke", status_code=status.HTTP_204_NO_CONTENT)
async def sign_out(
    response: Response,
    gateway: Parts,
    token: Annotated[str | None, Form(max_length=4000)] = None,
    kept: Kept = None,
    cookie: Sent = None,
) -> None:
    """Closes the session of an access or refresh token; also 204 where it opened nothing (RFC 7009)."""
    if kept:
        forget(response)
    try:
        if found := token or (cookie if kept else None):
            await gateway.accounts.sign_out(found)
    except Unauthenticated:
        return


def _answer(gateway: Gateway, response: Response, tokens: TokenResponse, kept: str | None) -> TokenResponse:
    settings = gateway.settings
    seconds = int(settings.refresh_days * 86_400)
    return keep(response, tokens, seconds, settings.tls_cert is not None) if kept else tokens
