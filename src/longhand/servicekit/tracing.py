"""Which request is being answered: its id, and its place in a W3C trace."""

import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass, field

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def _trace_id() -> str:
    return secrets.token_hex(16)


def _span_id() -> str:
    return secrets.token_hex(8)


@dataclass(frozen=True)
class Trace:
    """A request's id, and the trace and span that it belongs to."""

    request_id: str = field(default_factory=_trace_id)
    trace_id: str = field(default_factory=_trace_id)
    span_id: str = field(default_factory=_span_id)

    @property
    def traceparent(self) -> str:
        """The header that hands this span on (W3C Trace Context, version 00)."""
        return f"00-{self.trace_id}-{self.span_id}-01"


current: ContextVar[Trace | None] = ContextVar("longhand_trace", default=None)


def adopt(request_id: str | None, traceparent: str | None) -> Trace:
    """The trace of an incoming request: its own ids where they are well formed, new ones where not."""
    known = _TRACEPARENT.fullmatch(traceparent or "")
    return Trace(
        request_id=request_id if request_id and _REQUEST_ID.fullmatch(request_id) else _trace_id(),
        trace_id=known[1] if known and known[1] != "0" * 32 else _trace_id(),
    )
