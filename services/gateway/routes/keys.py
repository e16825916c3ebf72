"""API keys: made, listed, deleted."""

from typing import Annotated

from fastapi import APIRouter, Path, status

from longhand.contracts.accounts import ApiKey, CreatedApiKey, NewApiKey, Role
from longhand.contracts.paging import Page
from longhand.servicekit.tokens import check_role
from services.gateway.callers import Anybody, KeyOwner, Paged, Parts, Person, UserAdmin

router = APIRouter(prefix="/api-keys", tags=["api keys"])
Id = Annotated[str, Path(pattern=r"^[0-9a-f]{12}$")]


@router.get("")
def list_keys(caller: Anybody, gateway: Parts) -> list[ApiKey]:
    """The caller's keys, newest first, without the keys themselves."""
    return gateway.keys.of(caller.name)


@router.get("/all")
def list_all_keys(_: UserAdmin, paging: Paged, gateway: Parts) -> Page[ApiKey]:
    """Everybody's keys, by owner, without the keys themselves."""
    return gateway.keys.page(paging.limit, paging.cursor)


@router.post("", status_code=status.HTTP_201_CREATED)
def add_key(new: NewApiKey, person: Person, gateway: Parts) -> CreatedApiKey:
    """Makes a key that acts for the caller within its scopes; this answer is the only time that it is shown."""
    if any(scope.startswith("admin:") for scope in new.scopes):
        check_role(person, Role.ADMIN)
    key = gateway.keys.add(person.name, new)
    gateway.audit.note(person.name, "key.created", key.id, f"{new.days} days, {' '.join(key.scopes)}")
    return key


@router.delete("/{id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_key(id: Id, caller: KeyOwner, gateway: Parts) -> None:
    """Deletes one of the caller's keys; for admins anybody's."""
    owner = gateway.keys.delete(id, None if caller.may(Role.ADMIN) else caller.name)
    gateway.guard.close([])
    gateway.audit.note(caller.name, "key.deleted", id, f"of {owner}")
