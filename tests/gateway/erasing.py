"""The services behind the gateway, as far as they erase what they hold of people: small."""

from typing import Protocol

from fastapi import APIRouter

from longhand.contracts.erasures import Erased
from longhand.contracts.holdings import Subject
from longhand.servicekit.errors import Unavailable


class Erasing(Protocol):
    """A service that has `answers` to erasures, refuses them while it is `busy`, and knows which were `erased`."""

    answer: Erased
    busy: bool
    erased: dict[str, Subject]


def route_erasures(service: Erasing, router: APIRouter) -> None:
    """PUT and GET /erasures."""

    @router.get("/erasures")
    def done() -> list[str]:
        return list(service.erased)

    @router.put("/erasures/{id}")
    def erase(id: str, subject: Subject) -> Erased:
        if service.busy:
            raise Unavailable("A job is being stopped.")
        service.erased[id] = subject
        return service.answer
