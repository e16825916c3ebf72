"""API keys: made, listed, deleted."""

from fastapi import APIRouter, status

from longhand.contracts.accounts import ApiKey, CreatedApiKey, NewApiKey
from services.gateway.callers import Anybody, Parts, Person

router = APIRouter(prefix="/api-keys", tags=["api keys"])


@router.get("")
def list_keys(caller: Anybody, gateway: Parts) -> list[ApiKey]:
    """The caller's keys, newest first, without the keys themselves."""
    return gateway.keys.of(caller.name)


@router.post("", status_code=status.HTTP_201_CREATED)
def add_key(new: NewApiKey, person: Person, gateway: Parts) -> CreatedApiKey:
    """Makes a key that acts for the caller; this answer is the only time that it is shown."""
    key = gateway.keys.add(person.name, new)
    gateway.audit.note(person.name, "key.created", key.id, f"{new.days} days")
    return key


@router.delete("/{id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_key(id: str, caller: Anybody, gateway: Parts) -> None:
    """Deletes one of the caller's keys."""
    gateway.keys.delete(caller.name, id)
    gateway.guard.close([])
    gateway.audit.note(caller.name, "key.deleted", id)
