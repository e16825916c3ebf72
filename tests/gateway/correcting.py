"""What a small ingestion does with corrections: it takes each once, and remembers who sent it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Header

from longhand.contracts.corrections import Correction, DeliveredCorrection
from longhand.contracts.readings import NewReading, StoredReading
from longhand.servicekit.errors import Invalid, NotFound
from longhand.servicekit.tokens import Caller


class Keeper(Protocol):
    """What keeps readings and their corrections: by key, the reading, who said it in which role, and what."""

    readings: dict[str, tuple[NewReading, bytes]]
    corrections: dict[str, tuple[str, str, str, str | None]]
    caller: Callable[..., Awaitable[Caller]]


def route_corrections(keeper: Keeper, router: APIRouter) -> None:
    """Adds the routes; the text `refuse me` is never taken."""
    Known = Annotated[Caller, Depends(keeper.caller)]
    Key = Annotated[str, Header(alias="Idempotency-Key")]

    @router.post("/readings/{id}/correction")
    def correct(id: str, given: DeliveredCorrection, caller: Known, key: Key) -> StoredReading:
        return note(id, key, caller, given.text or given.answer.value)

    @router.delete("/readings/{id}/correction")
    def withdraw(id: str, caller: Known, key: Key) -> StoredReading:
        return note(id, key, caller, None)

    def note(id: str, key: str, caller: Caller, said: str | None) -> StoredReading:
        if id not in keeper.readings:
            raise NotFound("No such reading.")
        if said == "refuse me":
            raise Invalid("Never.")
        keeper.corrections.setdefault(key, (id, caller.name, caller.role.value, said))
        stands = Correction(text=said or "", by=caller.name, at=datetime.now(UTC)) if said else None
        return StoredReading.model_validate(dict(keeper.readings[id][0]) | {"correction": stands})
