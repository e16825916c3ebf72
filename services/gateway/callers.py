"""Dependencies of the routes: the gateway, and who is asking."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyHeader, OAuth2PasswordBearer

from longhand.contracts.accounts import Role
from longhand.servicekit.errors import Unavailable, raises
from longhand.servicekit.requests import Paging, idempotency_key, paging
from longhand.servicekit.tokens import require_role
from services.gateway.errors import KeyNotEnough, TooManyRequests
from services.gateway.gateway import Gateway
from services.gateway.identity.guard import Identity

_BEARER = OAuth2PasswordBearer("token", refreshUrl="token/refresh", auto_error=False)
_KEY = APIKeyHeader(name="X-API-Key", auto_error=False)


@raises(Unavailable)
async def find_gateway(request: Request) -> Gateway:
    """The gateway of this app."""
    gateway: Gateway = request.app.state.gateway
    return gateway


Parts = Annotated[Gateway, Depends(find_gateway)]


@raises(TooManyRequests)
async def identify(
    gateway: Parts,
    bearer: Annotated[str | None, Depends(_BEARER)],
    key: Annotated[str | None, Depends(_KEY)],
) -> Identity:
    """Who is asking, by access token or API key, and not too often. Raises Unauthenticated and TooManyRequests."""
    identity = await gateway.guard.identify(key or bearer)
    gateway.rate.take(identity.name)
    return identity


@raises(KeyNotEnough)
async def identify_person(identity: Annotated[Identity, Depends(identify)]) -> Identity:
    """Who is asking, signed in by password. Raises KeyNotEnough."""
    if identity.key:
        raise KeyNotEnough("An API key may not do this: sign in with POST /token.")
    return identity


Anybody = Annotated[Identity, Depends(identify)]
Person = Annotated[Identity, Depends(identify_person)]
Admin = Annotated[Identity, Depends(require_role(Role.ADMIN, identify))]
Paged = Annotated[Paging, Depends(paging)]
Key = Annotated[str | None, Depends(idempotency_key)]
