"""Signing in, staying signed in, signing out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, status
from fastapi.security import OAuth2PasswordRequestForm

from longhand.contracts.accounts import TokenResponse
from longhand.servicekit.errors import Unauthenticated, raises
from services.gateway.callers import Parts
from services.gateway.errors import RefreshInvalid, RefreshReused, TooManyAttempts, WrongPassword

router = APIRouter(tags=["tokens"])


@router.post("/token")
@raises(WrongPassword, TooManyAttempts)
async def sign_in(
    request: Request, form: Annotated[OAuth2PasswordRequestForm, Depends()], gateway: Parts
) -> TokenResponse:
    """An access token for name and password, and a refresh token for when it has expired."""
    return await gateway.accounts.sign_in(form.username, form.password, gateway.addresses.of(request))


@router.post("/token/refresh")
@raises(RefreshInvalid, RefreshReused)
async def refresh(refresh_token: Annotated[str, Form(max_length=200)], gateway: Parts) -> TokenResponse:
    """The next access token and refresh token; the one sent is spent, and closes the session if it comes again."""
    return await gateway.accounts.refresh(refresh_token)


@router.post("/token/revoke", status_code=status.HTTP_204_NO_CONTENT)
async def sign_out(token: Annotated[str, Form(max_length=4000)], gateway: Parts) -> None:
    """Closes the session of an access or refresh token; also 204 where it opened nothing (RFC 7009)."""
    try:
        await gateway.accounts.sign_out(token)
    except Unauthenticated:
        return
