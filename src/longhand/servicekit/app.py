"""An app with everything that each service here has."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

from fastapi import APIRouter, Depends, FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, start_http_server

from longhand.errors import LonghandError
from longhand.servicekit import problems
from longhand.servicekit.admission import Admission, Limit
from longhand.servicekit.health import Check, health_router
from longhand.servicekit.metrics import Metrics
from longhand.servicekit.middleware import LimitBody, Observed
from longhand.servicekit.nul import RefuseNul
from longhand.servicekit.openapi import DescribedApp, Lifespan, text_answer
from longhand.servicekit.requests import refuse_unknown
from longhand.servicekit.settings import ServiceSettings

MAX_BODY = 1_000_000


def create_service(
    name: str,
    settings: ServiceSettings,
    *,
    routers: Iterable[APIRouter],
    statuses: Mapping[type[LonghandError], int],
    metrics: Metrics,
    checks: Mapping[str, Check],
    lifespan: Lifespan | None = None,
    max_body: int = MAX_BODY,
    longer: Mapping[str, int] | None = None,
    public: bool = False,
    limits: Mapping[str, Limit] | None = None,
) -> FastAPI:
    """An app of these routers with traces, access logs, problems, health and metrics.

    Request bodies over `max_body` bytes get 413; on a path that `longer` names, or below one that ends with a slash,
    those over its own number. `lifespan` runs while the metrics port listens. Only a `public` service shows its
    description, at /openapi.json. `limits` bound what is posted to a path at once.
    """
    app = DescribedApp(
        title=f"Longhand {name}",
        statuses=statuses,
        public=public,
        lifespan=_lifespan(settings, metrics, lifespan),
        dependencies=[Depends(refuse_unknown)],
    )
    app.state.stopping = app.state.draining = False
    problems.install(app, statuses)
    for router in [*routers, health_router(checks)]:
        app.include_router(router)
    if settings.metrics_port is None:
        app.include_router(_metrics_router(metrics))
    app.add_middleware(RefuseNul)
    app.add_middleware(LimitBody, max_bytes=max_body, longer=longer or {})
    app.add_middleware(Admission, limits=limits or {})
    app.add_middleware(Observed, metrics=metrics)
    for path, limit in (limits or {}).items():
        metrics.watch_limit(path, limit)
    return app


def _metrics_router(metrics: Metrics) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/metrics", response_class=Response, responses=text_answer("text/plain"))
    def show() -> Response:
        """Measurements, in Prometheus' text format."""
        return Response(metrics.render(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return router


def _lifespan(settings: ServiceSettings, metrics: Metrics, inner: Lifespan | None) -> Lifespan:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with _metrics_server(settings, metrics):
            if inner is None:
                yield
                return
            async with inner(app):
                yield

    return lifespan


class _metrics_server:
    """Serves /metrics on a port of its own, where the settings name one."""

    def __init__(self, settings: ServiceSettings, metrics: Metrics) -> None:
        self._settings, self._metrics = settings, metrics

    def __enter__(self) -> None:
        if self._settings.metrics_port is None:
            return
        registry = self._metrics.registry
        self._server, self._thread = start_http_server(
            self._settings.metrics_port, self._settings.metrics_host, registry=registry
        )

    def __exit__(self, *_: object) -> None:
        if self._settings.metrics_port is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
