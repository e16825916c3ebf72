"""Dependencies of the routes: the gateway, who is asking, and what they may do.

A route names who may call it by the type of its caller. Each is a `Permit`: the least role of the account, and the
scope that an API key needs on top. A person who signed in needs no scope.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyHeader, OAuth2PasswordBearer

from longhand.contracts.accounts import Role, Scope
from longhand.servicekit.errors import Unavailable, raises
from longhand.servicekit.requests import Paging, idempotency_key, paging
from longhand.servicekit.tokens import check_role
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


@dataclass(frozen=True)
class Permit:
    """Gives the caller, where role and key go far enough; `scope` is none for what only a person may do."""

    scope: Scope | None
    role: Role = Role.USER

    def __post_init__(self) -> None:
        raises(KeyNotEnough)(self)

    async def __call__(self, identity: Annotated[Identity, Depends(identify)]) -> Identity:
        """Raises Forbidden and KeyNotEnough."""
        check_role(identity, self.role)
        if identity.key and self.scope is None:
            raise KeyNotEnough("An API key may not do this: sign in with POST /token.")
        if identity.key and self.scope not in identity.scopes:
            raise KeyNotEnough(f"This API key lacks the scope {self.scope}: make one that has it with POST /api-keys.")
        return identity


Anybody = Annotated[Identity, Depends(Permit(Scope.READ))]
Predictor = Annotated[Identity, Depends(Permit(Scope.PREDICT))]
Corrector = Annotated[Identity, Depends(Permit(Scope.CORRECT))]
Person = Annotated[Identity, Depends(Permit(None))]
KeyOwner = Annotated[Identity, Depends(Permit(Scope.ADMIN_USERS))]
ReviewReader = Annotated[Identity, Depends(Permit(Scope.READ, Role.REVIEWER))]
Reviewer = Annotated[Identity, Depends(Permit(None, Role.REVIEWER))]
Admin = Annotated[Identity, Depends(Permit(Scope.ADMIN_READ, Role.ADMIN))]
JobAdmin = Annotated[Identity, Depends(Permit(Scope.ADMIN_JOBS, Role.ADMIN))]
LexiconAdmin = Annotated[Identity, Depends(Permit(Scope.ADMIN_LEXICONS, Role.ADMIN))]
ModelAdmin = Annotated[Identity, Depends(Permit(Scope.ADMIN_MODELS, Role.ADMIN))]
UserAdmin = Annotated[Identity, Depends(Permit(Scope.ADMIN_USERS, Role.ADMIN))]
Paged = Annotated[Paging, Depends(paging)]
Key = Annotated[str | None, Depends(idempotency_key)]
