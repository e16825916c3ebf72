"""Corrections of readings, as the gateway delivers them."""

from typing import Annotated

from fastapi import APIRouter, Depends

from longhand.contracts.accounts import Role
from longhand.contracts.corrections import DeliveredCorrection
from longhand.contracts.readings import StoredReading
from longhand.samples.errors import Erased, NotCorrected, NotOneGlyph
from longhand.samples.journal import Journal
from longhand.samples.record import Said
from longhand.servicekit.errors import Forbidden, raises
from longhand.servicekit.requests import idempotency_key
from longhand.servicekit.tokens import Caller
from services.ingestion.mapping import to_wire
from services.ingestion.metrics import CorrectionMetrics
from services.ingestion.routes.callers import Dependency
from services.ingestion.routes.readings import Id, find_shown

Key = Annotated[str | None, Depends(idempotency_key)]


def corrections_router(journal: Journal, metrics: CorrectionMetrics, known: Dependency) -> APIRouter:
    """Corrections of one's own readings, and for reviewers of everybody's."""
    router = APIRouter(prefix="/readings", tags=["readings"])
    Known = Annotated[Caller, Depends(known)]

    @router.post("/{id}/correction")
    @raises(NotOneGlyph, Erased)
    def correct(id: Id, given: DeliveredCorrection, caller: Known, key: Key) -> StoredReading:
        """Say what a reading should have been; it supersedes the correction before."""
        read = find_shown(journal, id, caller)
        said = Said(given.answer.value, caller.role.value, key, given.at)
        record = journal.correct(id, given.text or "", caller.name, said)
        metrics.count(read.task, read.text, given)
        return to_wire(record)

    @router.delete("/{id}/correction")
    @raises(NotCorrected, Forbidden, Erased)
    def withdraw(id: Id, caller: Known, key: Key) -> StoredReading:
        """Take back the correction that stands: one's own, or for reviewers anybody's."""
        standing = find_shown(journal, id, caller).correction
        if standing and standing.by != caller.name and not caller.may(Role.REVIEWER):
            raise Forbidden("Only reviewers take back a correction that somebody else made: correct it in its place.")
        return to_wire(journal.withdraw(id, caller.name, Said(role=caller.role.value, key=key)))

    return router
