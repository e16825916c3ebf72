"""JSON lines on stderr: time, level, service, message, request_id, trace_id; no tokens, no bodies."""

import json
import logging
import re
import sys
from datetime import UTC, datetime

from longhand.servicekit import tracing

_SECRET = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*|(?i:bearer|basic)\s+[\w.~+/=-]{8,}")
_QUIET = ("httpx", "httpcore", "alembic", "uvicorn.access", "asyncio")


class JsonFormatter(logging.Formatter):
    """One line of JSON per record; `extra={"fields": {…}}` adds keys."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line, with what looks like a token masked."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "service": self._service,
            "message": record.getMessage(),
        }
        if trace := tracing.current.get():
            line |= {"request_id": trace.request_id, "trace_id": trace.trace_id}
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return _SECRET.sub("***", json.dumps(line, ensure_ascii=False, default=str))


def configure(service: str, level: str = "INFO") -> None:
    """Sends everything that is logged in this process to stderr as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(service))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
