"""Prediction, put together."""

import asyncio
import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from longhand.contracts.accounts import Role
from longhand.contracts.lexicons import MAX_BYTES as LONGEST_LIST
from longhand.handwriting.images import MAX_BYTES
from longhand.servicekit.admission import Limit
from longhand.servicekit.app import create_service
from longhand.servicekit.metrics import Metrics
from longhand.servicekit.openapi import Lifespan
from longhand.servicekit.tokens import Verifier, require_gateway
from longhand.tasks import TASKS
from services.prediction.deployment.adapters import Adapters
from services.prediction.deployment.cache import BundleCache
from services.prediction.deployment.former import FormerVersions
from services.prediction.deployment.loader import BundleLoader
from services.prediction.deployment.people import People
from services.prediction.deployment.pool import MB, Pool
from services.prediction.deployment.retries import Retries
from services.prediction.deployment.served import NetworkExecutor
from services.prediction.deployment.slots import ServedModels
from services.prediction.deployment.watcher import Watcher
from services.prediction.erasures import erasures_router
from services.prediction.errors import STATUS
from services.prediction.metrics import ReadingMetrics
from services.prediction.reading.lexicons import Lexicons
from services.prediction.reading.protocols import Loader, Registry
from services.prediction.reading.reader import Reader
from services.prediction.reading.vocabularies import Vocabularies
from services.prediction.replays import replay_router
from services.prediction.routes import reading_router
from services.prediction.settings import PredictionSettings

ENVELOPE = 64 * 1024


def create_app(settings: PredictionSettings, *, registry: Registry, load: Loader) -> FastAPI:
    """An app that reads with the versions that the registry's records name."""
    metrics = Metrics("prediction")
    measured = ReadingMetrics(metrics.registry)
    # One thread for all networks: each uses as many cores as it may, and two at once would only share them.
    running = ThreadPoolExecutor(1, thread_name_prefix="recognise")
    preparing = ThreadPoolExecutor(min(4, os.cpu_count() or 1), thread_name_prefix="prepare")
    networks = NetworkExecutor(running, settings.batch, settings.queue, measured.count_batch)
    loader = BundleLoader(registry, BundleCache(settings.bundles), load, networks, settings.threads)
    pool = Pool(loader, settings.personal_mb * MB, Retries(), measured.show_personal)
    people = People()
    served = ServedModels(people, pool)
    measured.watch_queue(served.waiting)
    adapters = Adapters(registry, settings.bundles, settings.adapters_mb * MB, measured.show_adapters)
    watcher = Watcher(loader, served, measured, TASKS, Retries(), adapters)
    verifier = Verifier(settings.public_key, "prediction")
    caller = require_gateway(verifier)
    lexicons = Lexicons(settings.lexicons, settings.lexicon_entries, measured)
    vocabularies = Vocabularies(settings.vocabulary_words, measured)
    reader = Reader(served, lexicons, vocabularies, adapters, preparing, measured, room=settings.queue)
    former = FormerVersions(loader, served, settings.former)
    return create_service(
        "prediction",
        settings,
        routers=[
            reading_router(reader, served, caller),
            replay_router(reader, former, caller),
            erasures_router(people, adapters, vocabularies, lexicons, require_gateway(verifier, Role.ADMIN)),
        ],
        statuses=STATUS,
        metrics=metrics,
        checks={"models": watcher.check},
        lifespan=_watching(watcher, former, settings.poll_seconds, running, preparing),
        max_body=MAX_BYTES + LONGEST_LIST + ENVELOPE,
        limits={"/read": Limit(settings.target_seconds)},
    )


def _watching(watcher: Watcher, former: FormerVersions, interval: float, *executors: ThreadPoolExecutor) -> Lifespan:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        watch = asyncio.create_task(watcher.run(interval))
        try:
            yield
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch
            await former.close()
            for executor in executors:
                executor.shutdown()

    return lifespan
