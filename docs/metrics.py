"""`docs/reference/metrics.md`: everything that is measured, from the services' registries."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry

from docs.apps import Wired, wired
from longhand.servicekit.jobs.leases import Leases
from longhand.servicekit.jobs.presence import attend
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.state import open_engine

PAGE = Path("docs/reference/metrics.md")
ENDINGS = {"counter": "_total", "info": "_info"}
HEAD = """\
# Metrics

Each service answers `/metrics` in Prometheus' text format; the gateway does so on a port of its own
(`LONGHAND_GATEWAY_METRICS_PORT`), which is not for the public. `route` is a template such as `/jobs/{id}`, never a
path. A histogram `x` is exposed as `x_bucket`, `x_sum` and `x_count`. Beside what is listed, every service tells the
usual `process_…` of its process.

[prometheus/](../../prometheus) scrapes them and holds the rules, [grafana/](../../grafana) draws them, and
[when an alert fires](../how-to/when-an-alert-fires.md) says what to do.

*Written by `make docs` from the registries.*
"""


def write(root: Path) -> list[Path]:
    """Write the page, and say where."""
    with wired() as everything:
        for service, prefix in (("ingestion", "ing"), ("training", "trn")):
            _work(everything.states[service], prefix)
        (root / PAGE).write_text("\n".join(_lines(everything)) + "\n", encoding="utf-8")
    return [root / PAGE]


def _work(state_url: str, prefix: str) -> None:
    """A job that reports, and a worker that was seen: some measurements exist only then."""
    engine = open_engine(state_url)
    store = JobStore(engine, prefix)
    kind = "train" if prefix == "trn" else "ingest"
    job, leases = store.submit(kind, {}, "docs"), Leases(store)
    leases.claim(job.id, "docs", 60)
    leases.heartbeat(job.id, "docs", {"epoch": 1, "loss": 0.5})
    attend(engine, "docs", "docs", [kind])
    engine.dispose()


def _lines(everything: Wired) -> Iterator[str]:
    yield HEAD.rstrip()
    told: set[str] = set()
    services = {name: list(_described(everything.metrics(name).registry)) for name in everything.apps}
    shared = set.intersection(*(set(rows) for rows in services.values()))
    for title, rows in {"every service": sorted(shared), **services}.items():
        yield from (
            "",
            f"## {title.capitalize()}",
            "",
            "| metric | kind | labels | what it measures |",
            "|---|---|---|---|",
        )
        for row in rows:
            if title == "every service" or row not in shared:
                told.add(row)
                yield row


def _described(registry: CollectorRegistry) -> Iterator[str]:
    """A row for each family of ours."""
    labels = {family: _declared(collector) for collector, family in _collectors(registry)}
    for family in registry.collect():
        if not family.name.startswith("longhand_"):
            continue
        seen = {label: None for sample in family.samples for label in sample.labels if label != "le"}
        names = labels.get(family.name) or list(seen)
        listed = ", ".join(f"`{label}`" for label in names)
        yield f"| `{family.name}{ENDINGS.get(family.type, '')}` | {family.type} | {listed} | {family.documentation} |"


def _collectors(registry: CollectorRegistry) -> Iterator[tuple[Any, str]]:
    for collector, names in registry._collector_to_names.items():
        yield from ((collector, name) for name in names)


def _declared(collector: Any) -> list[str]:
    """The labels that a counter, gauge or histogram was made with; others show theirs in their samples."""
    return list(getattr(collector, "_labelnames", ()))
