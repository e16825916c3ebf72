"""Runs an app until it is told to stop, then lets it finish what it has begun."""

import asyncio
import signal
from collections.abc import Callable
from types import FrameType

import uvicorn
from fastapi import FastAPI

from longhand.servicekit import logs
from longhand.servicekit.settings import ServiceSettings

GRACE = 10


class _Server(uvicorn.Server):
    """Tells the app that it is draining, so that endless streams end."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begins to drain."""
        self._app.state.draining = True
        super().handle_exit(sig, frame)


def _leave(*_: object) -> None:
    raise SystemExit(0)


def serve(app_factory: Callable[[], FastAPI], settings: ServiceSettings) -> None:
    """Serves until SIGTERM or SIGINT, then finishes open requests within 10 s; TLS by settings."""
    logs.configure(settings.service, settings.log_level)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)  # the server raises its signals again when it has drained
    app = app_factory()
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # or anybody on loopback could name the address that they seem to come from
        ws="none",
        timeout_graceful_shutdown=GRACE,
    )
    server = _Server(config, app)
    asyncio.run(server.serve())
