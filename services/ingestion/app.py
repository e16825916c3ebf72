"""Ingestion, put together."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from longhand.contracts.accounts import Role
from longhand.contracts.lexicons import MAX_BYTES
from longhand.samples.blobs import Blobs
from longhand.samples.files import Files
from longhand.samples.journal import Journal
from longhand.samples.lexicons import Lexicons
from longhand.samples.rebuilding import catch_up
from longhand.samples.versions import Versions
from longhand.servicekit.app import create_service
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.jobs.watching.collector import JobsCollector
from longhand.servicekit.jobs.watching.routes import jobs_router
from longhand.servicekit.metrics import Metrics
from longhand.servicekit.refusals import guard
from longhand.servicekit.state import migrate, open_engine, ping, reading
from longhand.servicekit.tokens import Verifier, require_gateway
from services.ingestion.errors import STATUS
from services.ingestion.folders import Imports
from services.ingestion.kinds import list_kinds
from services.ingestion.routes.datasets import datasets_router
from services.ingestion.routes.ingest import intake_router
from services.ingestion.routes.lexicons import lexicons_router
from services.ingestion.routes.readings import readings_router
from services.ingestion.settings import IngestionSettings

ENVELOPE = 64 * 1024

log = logging.getLogger(__name__)


def create_app(settings: IngestionSettings) -> FastAPI:
    """An app that queues ingest jobs and keeps the journal and the lexicons."""
    engine, files, metrics = open_engine(settings.state_url), Files(settings.store_url), Metrics("ingestion")
    migrate(engine, "longhand.servicekit.jobs")
    migrate(engine, "services.ingestion")
    catch_up(engine)
    store, kinds, imports = JobStore(engine, "ing"), list_kinds(settings), Imports(settings.imports_url)
    metrics.registry.register(JobsCollector(store, kinds))
    verifier = Verifier(settings.public_key, "ingestion")
    admin, known = require_gateway(verifier, Role.ADMIN), require_gateway(verifier)
    lexicons = Lexicons(files)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(_provide, lexicons)
        yield
        engine.dispose()

    app = create_service(
        "ingestion",
        settings,
        routers=[
            intake_router(store, imports, admin),
            jobs_router(store, kinds, admin),
            readings_router(Journal(engine, reading), Blobs(files), settings.max_upload, known),
            datasets_router(Versions(files), admin),
            lexicons_router(lexicons, admin, known),
        ],
        statuses=STATUS,
        metrics=metrics,
        checks={"state": lambda: asyncio.to_thread(ping, engine)},
        lifespan=lifespan,
        max_body=max(settings.max_upload, MAX_BYTES) + ENVELOPE,
    )
    guard(app)
    return app


def _provide(lexicons: Lexicons) -> None:
    """A store that is away for now must not keep the service from starting."""
    try:
        lexicons.provide()
    except Exception:
        log.exception("The lexicons that come with Longhand cannot be put into the store; the next start tries again.")
