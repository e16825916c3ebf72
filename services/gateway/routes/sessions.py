"""The caller's own sessions."""

from typing import Annotated

from fastapi import APIRouter, Path, status

from longhand.contracts.accounts import OpenSession
from longhand.contracts.paging import Page
from services.gateway.callers import Paged, Parts, Person

router = APIRouter(prefix="/sessions", tags=["sessions"])
Id = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


@router.get("")
def list_sessions(person: Person, paging: Paged, gateway: Parts) -> Page[OpenSession]:
    """Where the caller is signed in, newest first."""
    return gateway.sessions.page(person.name, paging.limit, paging.cursor, person.session)


@router.delete("/{id}", status_code=status.HTTP_204_NO_CONTENT)
async def close_session(id: Id, person: Person, gateway: Parts) -> None:
    """Ends one of the caller's sessions, also the one of this request."""
    await gateway.accounts.close(person, id)
