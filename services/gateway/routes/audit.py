"""The audit log."""

from typing import Annotated

from fastapi import APIRouter, Query

from longhand.contracts.accounts import AuditEntry
from longhand.contracts.paging import Page
from longhand.contracts.readings import Moment
from services.gateway.callers import Parts, UserAdmin
from services.gateway.identity.audit import Wanted

router = APIRouter(tags=["audit"])
SEEN = r"^[^\x00-\x1f\x7f]*$"
Equal = Annotated[str | None, Query(max_length=255, pattern=SEEN)]


@router.get("/audit")
def list_audit(
    _: UserAdmin,
    gateway: Parts,
    by: Equal = None,
    action: Equal = None,
    subject: Equal = None,
    since: Annotated[Moment | None, Query(description="from this moment on")] = None,
    until: Annotated[Moment | None, Query(description="before this moment")] = None,
    cursor: Annotated[int | None, Query(ge=0, le=2**31 - 1, description="`next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="how many entries at most")] = 50,
) -> Page[AuditEntry]:
    """Who did what, newest first."""
    return gateway.audit.entries(limit, cursor, Wanted(by, action, subject, since, until))
