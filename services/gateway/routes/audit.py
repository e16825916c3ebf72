"""The audit log."""

from typing import Annotated

from fastapi import APIRouter, Query

from longhand.contracts.accounts import AuditEntry
from longhand.contracts.paging import Page
from services.gateway.callers import Admin, Parts

router = APIRouter(tags=["audit"])


@router.get("/audit")
def list_audit(
    _: Admin,
    gateway: Parts,
    cursor: Annotated[int | None, Query(ge=0, le=2**31 - 1, description="`next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="how many entries at most")] = 50,
) -> Page[AuditEntry]:
    """Who did what, newest first."""
    return gateway.audit.entries(limit, cursor)
