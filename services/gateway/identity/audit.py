"""Who did what, kept for good."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Engine, insert, select

from longhand.contracts.accounts import AuditEntry
from longhand.contracts.paging import Page
from longhand.servicekit.state import reading
from services.gateway.tables import audit

Now = Callable[[], datetime]


def utc_now() -> datetime:
    """The time now."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Wanted:
    """Which entries are asked for, moments in UTC; what is none excludes nothing."""

    by: str | None = None
    action: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same, for a query."""
        equal = {audit.c.by: self.by, audit.c.action: self.action, audit.c.subject: self.subject}
        found = [column == value for column, value in equal.items() if value is not None]
        found += [audit.c.at >= self.since] if self.since else []
        return found + ([audit.c.at < self.until] if self.until else [])


class Audit:
    """The log of what people with power did, and of what looks like an attack. Never holds a secret."""

    def __init__(self, engine: Engine, now: Now = utc_now) -> None:
        self._engine = engine
        self._now = now

    def note(self, by: str, action: str, subject: str, detail: str = "") -> None:
        """Adds an entry, for example `admin`, `user.created`, `anna`, `role reviewer`."""
        row = {"at": self._now(), "by": by, "action": action, "subject": subject[:255], "detail": detail}
        with self._engine.begin() as connection:
            connection.execute(insert(audit).values(row))

    def note_once(self, by: str, action: str, subject: str, detail: str) -> None:
        """Adds an entry unless it is there: for what may be asked for again, and then has been done already."""
        same = {audit.c.by: by, audit.c.action: action, audit.c.subject: subject[:255], audit.c.detail: detail}
        with reading(self._engine) as connection:
            known = select(audit.c.id).where(*(column == value for column, value in same.items())).limit(1)
            if connection.scalar(known) is not None:
                return
        self.note(by, action, subject, detail)

    def entries(self, limit: int, before: int | None = None, wanted: Wanted = Wanted()) -> Page[AuditEntry]:
        """A page, newest first, of the wanted entries with an id below `before`."""
        query = select(audit).where(*wanted.conditions()).order_by(audit.c.id.desc()).limit(limit + 1)
        if before is not None:
            query = query.where(audit.c.id < before)
        with reading(self._engine) as connection:
            rows = [AuditEntry(**row) for row in connection.execute(query).mappings()]
        more = len(rows) > limit
        return Page(items=rows[:limit], next=str(rows[limit - 1].id) if more else None)
