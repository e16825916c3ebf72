"""The gateway as an app."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from longhand.contracts.lexicons import MAX_BYTES
from longhand.servicekit.admission import Limit
from longhand.servicekit.app import create_service
from longhand.servicekit.refusals import guard
from services.gateway.errors import STATUS
from services.gateway.gateway import Gateway, Transports
from services.gateway.headers import SecurityHeaders
from services.gateway.identity.initial import check_settings
from services.gateway.identity.passwords import Passwords
from services.gateway.intake.uploads import ENVELOPE, longest_body
from services.gateway.metrics import GatewayMetrics
from services.gateway.pages import PATH, console
from services.gateway.routes import (
    audit,
    canaries,
    corrections,
    datasets,
    erasures,
    index,
    keys,
    learning,
    lexicons,
    lineage,
    models,
    readings,
    review,
    sessions,
    tokens,
    users,
    vocabularies,
    work,
)
from services.gateway.settings import GatewaySettings

ROUTES = (
    index,
    tokens,
    sessions,
    erasures,
    users,
    vocabularies,
    keys,
    readings,
    corrections,
    lineage,
    review,
    lexicons,
    work,
    learning,
    canaries,
    models,
    datasets,
    audit,
)


def create_app(
    settings: GatewaySettings,
    *,
    passwords: Passwords | None = None,
    transports: Transports | None = None,
) -> FastAPI:
    """The gateway; `transports` stand in for the network, by the name of the service behind it.

    Raises UnsafeSettings where it must not start. Its lifespan raises OutboxBusy.
    """
    check_settings(settings)
    metrics = GatewayMetrics()
    gateway = Gateway(settings, metrics, passwords or Passwords(), transports or {})

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with gateway.running():
            yield

    app = create_service(
        "gateway",
        settings,
        routers=[module.router for module in ROUTES],
        statuses=STATUS,
        metrics=metrics,
        checks={},  # it reads while its database is away, and says 503 itself of what it cannot do
        lifespan=lifespan,
        max_body=max(longest_body(settings.max_upload), MAX_BYTES + ENVELOPE),
        longer={work.ARCHIVE: settings.max_archive},
        public=True,
        limits={"/predict": Limit(settings.target_seconds)},
    )
    guard(app)
    app.state.gateway = gateway
    app.mount(PATH, console(), name="console")
    app.add_middleware(SecurityHeaders, tls=settings.tls_cert is not None)
    return app
