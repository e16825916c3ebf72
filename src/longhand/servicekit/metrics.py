"""Measurements of a service, in a registry of its own."""

from importlib.metadata import PackageNotFoundError, version
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest
from prometheus_client.process_collector import ProcessCollector

UNMATCHED = "unmatched"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


def _version() -> str:
    try:
        return version("longhand")
    except PackageNotFoundError:
        return "unknown"


class Admitting(Protocol):
    """A limit as it stands."""

    @property
    def inside(self) -> int: ...

    @property
    def allowed(self) -> int: ...


class Metrics:
    """Requests by method, route template and status; a service adds its own on `registry`."""

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        Info("longhand_build", "What runs", registry=self.registry).info({"service": service, "version": _version()})
        self.requests = Counter(
            "longhand_http_requests",
            "Requests answered",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.durations = Histogram(
            "longhand_http_request_duration_seconds",
            "Time from a request to the beginning of its answer",
            ["method", "route"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self._inside = Gauge(
            "longhand_admission_requests",
            "Requests under way on a path with a limit",
            ["route"],
            registry=self.registry,
        )
        self._allowed = Gauge(
            "longhand_admission_limit",
            "Requests that may be under way so that each is answered in time",
            ["route"],
            registry=self.registry,
        )

    def watch_limit(self, route: str, limit: Admitting) -> None:
        """Asks for what is let in on a path, and what may be, whenever metrics are read."""
        self._inside.labels(route).set_function(lambda: limit.inside)
        self._allowed.labels(route).set_function(lambda: limit.allowed)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts one answered request; `route` is a template, never a path."""
        self.requests.labels(method, route, str(status)).inc()
        self.durations.labels(method, route).observe(seconds)

    def render(self) -> bytes:
        """The text exposition."""
        return generate_latest(self.registry)
