"""The end of what prediction holds of a person: their adapters, and the lists of words that were used lately."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from longhand.contracts.erasures import Erased
from longhand.contracts.holdings import Subject
from longhand.servicekit.errors import Unavailable, raises
from longhand.servicekit.tokens import Caller
from longhand.tasks import TASKS
from services.prediction.deployment.adapters import Adapters
from services.prediction.deployment.people import People
from services.prediction.reading.lexicons import Lexicons
from services.prediction.reading.vocabularies import Vocabularies

RETRY_S = 2


def erasures_router(
    people: People,
    adapters: Adapters,
    vocabularies: Vocabularies,
    lexicons: Lexicons,
    admin: Callable[..., Awaitable[Caller]],
) -> APIRouter:
    """PUT /erasures/{id}, for the gateway, once training has taken the person's versions away."""
    router = APIRouter(tags=["erasures"], dependencies=[Depends(admin)])

    @router.put("/erasures/{id}")
    @raises(Unavailable)
    def erase(id: Annotated[str, Path(max_length=40)], subject: Subject) -> Erased:
        """Forget the person; 503 until the registry has said that nothing is theirs any more.

        Whose a list of words is cannot be told from it, so all that are in memory go; the gateway sends them again.
        """
        vocabularies.clear()
        lexicons.clear()
        for name in TASKS:
            if people.version(name, subject.name) is not None:
                raise Unavailable(
                    "A version of a model is still the person's own: the registry is waited for.", RETRY_S
                )
            adapters.forget(name, people.adapters(name))
        return Erased()

    return router
