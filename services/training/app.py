"""Training, put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from longhand.contracts.accounts import Role
from longhand.contracts.jobs import TrainRequest
from longhand.registry.registry import Registry
from longhand.samples.errors import UnknownSample
from longhand.samples.files import Files
from longhand.samples.versions import Versions
from longhand.servicekit.app import create_service
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.jobs.watching.collector import JobsCollector
from longhand.servicekit.jobs.watching.routes import jobs_router
from longhand.servicekit.metrics import Metrics
from longhand.servicekit.refusals import guard
from longhand.servicekit.state import migrate, open_engine, ping
from longhand.servicekit.tokens import Verifier, require_gateway
from services.training.deployment.deployer import Deployer
from services.training.deployment.routes import models_router
from services.training.deployment.shipping import ship
from services.training.errors import STATUS, UnknownDataset
from services.training.kinds import list_kinds
from services.training.recipes import change_params, read_params
from services.training.routes import training_router
from services.training.settings import TrainingSettings
from services.training.starting import find_start

FOLLOW_S = 5.0
"""How often it is checked that the registry says what the database says."""

MEASURED = {"longhand_training_epoch": "epoch", "longhand_training_loss": "loss"}


def create_app(settings: TrainingSettings) -> FastAPI:
    """An app that queues trainings, ships the checkout's bundles and says which versions serve."""
    engine, metrics = open_engine(settings.state_url), Metrics("training")
    migrate(engine, "longhand.servicekit.jobs")
    migrate(engine, "services.training")
    store, kinds = JobStore(engine, "trn"), list_kinds(settings)
    registry = Registry(settings.mlflow_url, timeout=10)
    deployer = Deployer(engine, registry)
    metrics.registry.register(JobsCollector(store, kinds, MEASURED))
    admin = require_gateway(Verifier(settings.public_key, "training"), Role.ADMIN)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        working = [
            asyncio.create_task(ship(settings.source / "bundles", registry, deployer)),
            asyncio.create_task(deployer.follower.run(FOLLOW_S)),
        ]
        yield
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
        registry.close()
        engine.dispose()

    app = create_service(
        "training",
        settings,
        routers=[
            training_router(store, lambda request: check(request, settings, registry), admin),
            jobs_router(store, kinds, admin),
            models_router(registry, deployer, admin),
        ],
        statuses=STATUS,
        metrics=metrics,
        checks={"state": lambda: asyncio.to_thread(ping, engine)},
        lifespan=lifespan,
    )
    guard(app)
    return app


def check(request: TrainRequest, settings: TrainingSettings, registry: Registry) -> None:
    """Raises what would make the job fail at once.

    NotInRecipe, UnknownParam, RecipeError, UnknownStart, UnknownDataset, BrokenSource, RegistryUnavailable.
    """
    recipe = change_params(read_params(settings.source, request.recipe), request.model, request.params)
    if request.start_from is not None:
        find_start(registry, request.model, request.start_from, recipe)
    versions = Versions(Files(settings.store_url))
    for version in request.datasets:
        try:
            versions.get(version)
        except UnknownSample as error:
            known = ", ".join(one.version for one in versions.all()[:10]) or "none"
            raise UnknownDataset(f"{error} There are: {known}.") from error
