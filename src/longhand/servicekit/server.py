"""Runs an app until a stop is asked for, and then lets it finish what it has begun."""

import asyncio
import signal
import time
from collections.abc import Callable
from types import FrameType

import uvicorn
from fastapi import FastAPI

from longhand.servicekit import logs
from longhand.servicekit.connection import Config, Connection, Patience
from longhand.servicekit.settings import ServiceSettings

GRACE = 10
KEEP_ALIVE = 75
"""Seconds that an idle connection stays open: longer than callers keep theirs, so that the caller closes it.

Where both close after the same time, a request now and then meets a connection that is just being closed.
"""


class Server(uvicorn.Server):
    """Stops in two steps: readiness fails first, and only after a while are no more requests taken.

    A balancer needs that while to look at /readyz and to send its requests elsewhere; a second signal ends it.
    """

    def __init__(self, config: uvicorn.Config, app: FastAPI, drain_seconds: float = 0.0) -> None:
        super().__init__(config)
        self._app, self._drain_seconds = app, drain_seconds
        self._leaves_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begins to stop, or stops at once where it has begun to."""
        self._app.state.stopping = True
        if self._leaves_at is None and self._drain_seconds > 0:
            self._leaves_at = time.monotonic() + self._drain_seconds
            self._captured_signals.append(sig)
            return
        self._app.state.draining = True  # endless streams end
        super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """Whether to stop now."""
        if self._leaves_at is not None and time.monotonic() >= self._leaves_at:
            self._app.state.draining = self.should_exit = True
        return await super().on_tick(counter)


def _leave(*_: object) -> None:
    raise SystemExit(0)


def serve(app_factory: Callable[[], FastAPI], settings: ServiceSettings) -> None:
    """Serves until SIGTERM or SIGINT, then finishes open requests within 10 s; TLS by settings."""
    logs.configure(settings.service, settings.log_level)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)  # the server raises its signals again when it has drained
    app = app_factory()
    asyncio.run(Server(configure(app, settings), app, settings.drain_seconds).serve())


def configure(app: FastAPI, settings: ServiceSettings) -> Config:
    """How an app is served."""
    config = Config(
        app,
        http=Connection,
        host=settings.host,
        port=settings.port,
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # or anybody on loopback could name the address that they seem to come from
        ws="none",
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
    )
    config.patience = Patience(settings.head_seconds, settings.body_seconds, settings.head_bytes)
    return config
