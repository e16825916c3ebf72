"""`docs/reference/problems.md`: the codes of errors, from the classes that carry them."""

import importlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from longhand.errors import LonghandError
from longhand.servicekit.errors import STATUS, status_of
from services.gateway.errors import STATUS as GATEWAY
from services.ingestion.errors import STATUS as INGESTION
from services.prediction.errors import STATUS as PREDICTION
from services.training.errors import STATUS as TRAINING

PAGE = Path("docs/reference/problems.md")
MODULES = (
    "longhand.cli.errors",
    "longhand.errors",
    "longhand.bundles.errors",
    "longhand.handwriting.errors",
    "longhand.datasets.sample",
    "longhand.learning.errors",
    "longhand.recipes.errors",
    "longhand.registry.errors",
    "longhand.samples.errors",
    "longhand.servicekit.admission",
    "longhand.servicekit.errors",
    "longhand.servicekit.tokens",
    "longhand.tasks",
    "pipelines.report.errors",
    *(f"services.{name}.errors" for name in ("gateway", "ingestion", "prediction", "training")),
)
STATUSES: Mapping[type[Any], int] = {**STATUS, **GATEWAY, **INGESTION, **PREDICTION, **TRAINING}
HEAD = """\
# Problems

An error is an `application/problem+json` body (RFC 9457): `status`, a stable `code`, `detail` (a sentence for a
person), `request_id` (to be found again in the logs), and `errors` where a request was not valid. A job that fails
carries `code` and `message` in its `error`. 429 and 503 come with `Retry-After`.

A code without a status is one that a job, a command or a start ends with.

*Written by `make docs` from the error classes.*

| code | status | when |
|---|---|---|
"""
FRAMEWORK = (
    ("bad_request", "400", "What came is not HTTP."),
    ("headers_too_large", "431", "The head of the request is larger than `LONGHAND_HEAD_BYTES`."),
    ("internal_error", "500", "Something broke that should not: the log has it under the request id."),
    ("job_failed", "", "A job ended without a reason of its own: its log says why."),
    ("not_ready", "503", "`/readyz`: the service cannot work yet, and `failing` names why; or it is about to stop."),
    ("request_timeout", "408", "The head or the body of the request did not go on in time."),
)


def write(root: Path) -> list[Path]:
    """Write the page, and say where."""
    (root / PAGE).write_text(HEAD + "".join(f"{row}\n" for row in _rows()), encoding="utf-8")
    return [root / PAGE]


def _rows() -> Iterator[str]:
    """A row for each code: its statuses, and when each class that carries it is raised."""
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for code, status, when in (*FRAMEWORK, *(one for name in MODULES for one in _of(name))):
        found[code].append((status, " ".join(when.split())))
    for code, cases in sorted(found.items()):
        statuses = ", ".join(sorted({status for status, _ in cases if status}))
        yield f"| `{code}` | {statuses} | {' '.join(when for _, when in cases)} |"


def _of(module: str) -> Iterator[tuple[str, str, str]]:
    """Code, status and meaning of the errors that a module defines."""
    for kind in vars(importlib.import_module(module)).values():
        if not (isinstance(kind, type) and issubclass(kind, LonghandError) and kind.__module__ == module):
            continue
        if "code" in vars(kind) and kind is not LonghandError:
            yield kind.code, _status(kind), (kind.__doc__ or "").strip().partition("\n\n")[0]


def _status(kind: type[LonghandError]) -> str:
    known = any(base in STATUSES for base in kind.__mro__)
    return str(status_of(kind, STATUSES)) if known else ""
