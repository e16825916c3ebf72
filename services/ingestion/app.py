"""Ingestion, put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from longhand.contracts.accounts import Role
from longhand.samples.blobs import Blobs
from longhand.samples.files import Files
from longhand.samples.journal import Journal
from longhand.samples.versions import Versions
from longhand.servicekit.app import create_service
from longhand.servicekit.jobs.bell import Bell
from longhand.servicekit.jobs.collector import JobsCollector
from longhand.servicekit.jobs.routes import jobs_router
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.metrics import Metrics
from longhand.servicekit.state import migrate, open_engine, ping, reading
from longhand.servicekit.tokens import Verifier, require_gateway
from services.ingestion.errors import STATUS
from services.ingestion.routes import datasets_router, intake_router, readings_router
from services.ingestion.settings import IngestionSettings

ENVELOPE = 64 * 1024


def create_app(settings: IngestionSettings) -> FastAPI:
    """An app that queues ingest jobs and keeps the journal."""
    engine, files, metrics = open_engine(settings.state_url), Files(settings.store_url), Metrics("ingestion")
    migrate(engine, "longhand.servicekit.jobs")
    migrate(engine, "services.ingestion")
    store, bell = JobStore(engine, "ing"), Bell(settings.queue_url, "ingestion")
    metrics.registry.register(JobsCollector(store, kinds=["ingest"]))
    verifier = Verifier(settings.public_key.read_bytes(), "ingestion")
    admin = require_gateway(verifier, Role.ADMIN)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        bell.close()
        engine.dispose()

    return create_service(
        "ingestion",
        settings,
        routers=[
            intake_router(store, bell, settings.imports_directory, admin),
            jobs_router(store, settings.jobs_directory, admin),
            readings_router(Journal(engine, reading), Blobs(files), require_gateway(verifier)),
            datasets_router(Versions(files), admin),
        ],
        statuses=STATUS,
        metrics=metrics,
        checks={"state": lambda: asyncio.to_thread(ping, engine)},
        lifespan=lifespan,
        max_body=settings.max_upload + ENVELOPE,
    )
