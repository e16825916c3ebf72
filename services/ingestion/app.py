"""Ingestion, put together."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from longhand.contracts.accounts import Role
from longhand.contracts.holdings import MAX_SUBJECT
from longhand.contracts.lexicons import MAX_BYTES
from longhand.samples.blobs import Blobs
from longhand.samples.corrections import Corrections
from longhand.samples.files import Files
from longhand.samples.following import Following
from longhand.samples.gatherings import Gatherings
from longhand.samples.journal import Journal
from longhand.samples.lexicons import Lexicons
from longhand.samples.lineage import Lineages
from longhand.samples.rebuilding import catch_up
from longhand.samples.reviews import ReviewQueue
from longhand.samples.trust import Rule
from longhand.samples.versions import Versions
from longhand.samples.vocabularies import Vocabularies
from longhand.servicekit.app import create_service
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.jobs.watching.collector import JobsCollector
from longhand.servicekit.jobs.watching.routes import jobs_router
from longhand.servicekit.metrics import Metrics
from longhand.servicekit.refusals import guard
from longhand.servicekit.state import migrate, open_engine, ping, reading
from longhand.servicekit.tokens import Verifier, require_gateway
from services.ingestion.archives import Archives, Limits
from services.ingestion.erasing.eraser import Eraser
from services.ingestion.errors import STATUS
from services.ingestion.folders import Imports
from services.ingestion.gathering.counting import Counting
from services.ingestion.gathering.wiring import make_gatherer
from services.ingestion.kinds import list_kinds
from services.ingestion.looking import Looks
from services.ingestion.metrics import CorrectionMetrics, CorrectionsCollector
from services.ingestion.retention import Retention
from services.ingestion.routes.corrections import corrections_router
from services.ingestion.routes.datasets import datasets_router
from services.ingestion.routes.erasures import erasures_router
from services.ingestion.routes.gathering import following_router, gathering_router
from services.ingestion.routes.ingest import ARCHIVE, intake_router
from services.ingestion.routes.lexicons import lexicons_router
from services.ingestion.routes.lineage import lineage_router
from services.ingestion.routes.readings import readings_router
from services.ingestion.routes.review import review_router
from services.ingestion.routes.vocabularies import vocabularies_router
from services.ingestion.settings import IngestionSettings
from services.ingestion.waiting import ReviewCollector

ENVELOPE = 64 * 1024

log = logging.getLogger(__name__)


def create_app(settings: IngestionSettings) -> FastAPI:
    """An app that queues ingest jobs and keeps the journal and the lexicons."""
    engine, files, metrics = open_engine(settings.state_url), Files(settings.store_url), Metrics("ingestion")
    migrate(engine, "longhand.servicekit.jobs")
    migrate(engine, "services.ingestion")
    catch_up(engine)
    rule = Rule(settings.trust_share, settings.trust_certainty)
    corrections, vocabularies = Corrections(engine, reading, rule), Vocabularies(engine, reading)
    queue = ReviewQueue(engine, reading, trusted=corrections.trusted)
    store, kinds, imports = JobStore(engine, "ing"), list_kinds(settings), Imports(settings.imports_url)
    metrics.registry.register(JobsCollector(store, kinds))
    metrics.registry.register(ReviewCollector(queue))
    archives = Archives(settings.imports_url, Limits(settings.max_unpacked, settings.max_files), settings.directory)
    verifier = Verifier(settings.public_key, "ingestion")
    admin, known = require_gateway(verifier, Role.ADMIN), require_gateway(verifier)
    lexicons, journal = Lexicons(files), Journal(engine, reading, settings.sure)
    versions = Versions(files)
    metrics.registry.register(CorrectionsCollector(corrections))
    following = Following(journal, corrections, vocabularies, Gatherings(engine, reading), versions)
    gatherer, reviewer = make_gatherer(engine, files, rule), require_gateway(verifier, Role.REVIEWER)
    counting = Counting(gatherer, store, settings.gather_count, metrics.registry)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(_provide, lexicons)
        retention = Retention(engine, Blobs(files), settings.retention_days)
        working = [asyncio.create_task(one.run()) for one in (retention, counting)]
        yield
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
        engine.dispose()

    app = create_service(
        "ingestion",
        settings,
        routers=[
            intake_router(store, imports, archives, admin),
            jobs_router(store, kinds, admin),
            readings_router(journal, Blobs(files), settings.max_upload, known),
            corrections_router(journal, CorrectionMetrics(metrics.registry), known),
            review_router(queue, reviewer),
            following_router(journal, following, known),
            datasets_router(versions, Looks(files), admin),
            lineage_router(Lineages(engine, versions, reading), admin, known),
            lexicons_router(lexicons, admin, known),
            vocabularies_router(vocabularies, known),
            gathering_router(gatherer, corrections.said, store, admin, reviewer, known),
            erasures_router(Eraser(engine, files, store), admin),
        ],
        statuses=STATUS,
        metrics=metrics,
        checks={"state": lambda: asyncio.to_thread(ping, engine)},
        lifespan=lifespan,
        max_body=max(settings.max_upload, MAX_BYTES) + ENVELOPE,
        longer={ARCHIVE: settings.max_archive, "/erasures/": MAX_SUBJECT},
    )
    guard(app)
    return app


def _provide(lexicons: Lexicons) -> None:
    """A store that is away for now must not keep the service from starting."""
    try:
        lexicons.provide()
    except Exception:
        log.exception("The lexicons that come with Longhand cannot be put into the store; the next start tries again.")
