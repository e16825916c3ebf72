"""What people say that pictures show."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from longhand.contracts.corrections import CorrectionOutcomes, ManyCorrections, NewCorrection
from longhand.contracts.readings import StoredReading
from longhand.servicekit.errors import Forbidden, Gone, KeyReused, raises
from services.gateway.callers import Corrector, Key, Parts
from services.gateway.errors import NotCorrected, NotOneGlyph, OutboxFull, OutboxUnwritable, UnknownReading

router = APIRouter(tags=["readings"])
Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,63}$")]


@router.post("/readings/{id}/correction", response_model=StoredReading)
@raises(UnknownReading, Gone, NotOneGlyph, KeyReused, OutboxFull, OutboxUnwritable)
async def correct(id: Id, given: NewCorrection, caller: Corrector, key: Key, gateway: Parts) -> Response:
    """Says what a picture shows: of one's own readings, for reviewers and admins of everybody's.

    Any text is kept, also one that no model can write. It supersedes the correction before, and is safe when the answer
    comes, also where the reading itself is not delivered yet.
    """
    return _json(await gateway.corrector.correct(caller, id, given, key))


@router.delete("/readings/{id}/correction", response_model=StoredReading)
@raises(UnknownReading, Gone, NotCorrected, Forbidden, OutboxFull, OutboxUnwritable)
async def withdraw(id: Id, caller: Corrector, gateway: Parts) -> Response:
    """Takes back the correction that stands: one's own, for reviewers and admins anybody's."""
    return _json(await gateway.corrector.correct(caller, id, None, None))


@router.post("/corrections", response_model=CorrectionOutcomes)
@raises(KeyReused)
async def correct_many(given: ManyCorrections, caller: Corrector, key: Key, gateway: Parts) -> Response:
    """Corrects up to 100 readings; each is answered for itself, and what is wrong with one keeps no other back."""
    return _json(await gateway.corrector.correct_many(caller, given, key))


def _json(content: bytes) -> Response:
    return Response(content, media_type="application/json")
