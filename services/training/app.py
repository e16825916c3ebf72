"""Training, put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from fastapi import FastAPI

from longhand.contracts.accounts import Role
from longhand.contracts.holdings import MAX_SUBJECT
from longhand.contracts.jobs import TrainRequest
from longhand.registry.artefacts import Artefacts
from longhand.registry.registry import Registry
from longhand.samples.errors import UnknownSample, VersionWithdrawn
from longhand.samples.files import Files
from longhand.samples.gatherings import Gatherings
from longhand.samples.lessons import Lessons
from longhand.samples.versions import Versions
from longhand.servicekit.app import create_service
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.jobs.watching.collector import JobsCollector
from longhand.servicekit.jobs.watching.routes import jobs_router
from longhand.servicekit.metrics import Metrics
from longhand.servicekit.refusals import guard
from longhand.servicekit.state import migrate, open_engine, ping, reading
from longhand.servicekit.tokens import Verifier, require_gateway
from services.training.adapting.follower import Follower
from services.training.adapting.metrics import AdaptationsCollector
from services.training.adapting.records import Adaptations
from services.training.adapting.routes import adapting_router
from services.training.canary.automatic import ByChain
from services.training.canary.canaries import CanaryTable
from services.training.canary.deciding import Rules
from services.training.canary.metrics import CanaryCollector
from services.training.canary.routes import canaries_router
from services.training.canary.traffic import Traffic
from services.training.canary.watch import Canaries
from services.training.chain.chains import Chains
from services.training.chain.collector import LearningCollector
from services.training.chain.lane import Lane, Recipe
from services.training.chain.routes import learning_router
from services.training.deployment.deployer import Deployer
from services.training.deployment.lineage import learning_curve_router, lineage_router
from services.training.deployment.routes import models_router
from services.training.deployment.shipping import ship
from services.training.erasing.eraser import Eraser
from services.training.erasing.routes import erasures_router
from services.training.erasing.wiring import declare, replacing
from services.training.errors import STATUS, UnknownDataset
from services.training.gate.forgetting import Forgetting
from services.training.gate.metrics import GateCollector
from services.training.gate.pictures import Pictures
from services.training.gate.records import Gates
from services.training.gate.routes import decisions_router, gate_router
from services.training.journal import open_journal
from services.training.kinds import list_kinds
from services.training.offering import describe
from services.training.recipes import change_params, read_params
from services.training.routes import training_router
from services.training.settings import TrainingSettings
from services.training.starting import find_start, find_teacher

FOLLOW_S = 5.0
"""How often it is checked that the registry says what the database says."""

FORGET_S = 3600.0
"""How often it is looked for what the gate's decisions name and the journal has no longer."""

ADAPT_S = 1.0
"""How often it is looked for corrections that people's own versions learn from."""

MEASURED = {"longhand_training_epoch": "epoch", "longhand_training_loss": "loss"}


def create_app(settings: TrainingSettings) -> FastAPI:
    """An app that queues trainings, ships the checkout's bundles and says which versions serve."""
    engine, metrics = open_engine(settings.state_url), Metrics("training")
    migrate(engine, "longhand.servicekit.jobs")
    migrate(engine, "services.training")
    store, kinds = JobStore(engine, "trn"), list_kinds(settings)
    registry = Registry(settings.mlflow_url, timeout=10)
    artefacts = Artefacts(settings.mlflow_url, timeout=10)
    deployer, gates, chains = Deployer(engine, registry), Gates(engine), Chains(store)
    journal = open_journal(settings)
    metrics.registry.register(JobsCollector(store, kinds, MEASURED))
    metrics.registry.register(LearningCollector(chains))
    metrics.registry.register(GateCollector(gates))
    verifier = Verifier(settings.public_key, "training")
    admin, known = require_gateway(verifier, Role.ADMIN), require_gateway(verifier)
    rules = Rules(settings.canary_readings, timedelta(hours=settings.canary_hours))
    canaries = Canaries(CanaryTable(engine), deployer, Traffic(journal), rules)
    metrics.registry.register(CanaryCollector(canaries.table))
    adaptations = Adaptations(store)
    adapting = Follower(Lessons(journal, reading), adaptations, deployer, store)
    metrics.registry.register(AdaptationsCollector(adaptations))

    eraser = Eraser(engine, store, registry, deployer, declare(settings, engine, store, deployer), replacing(settings))
    recipe = Recipe(settings.schedule_recipe, lambda: read_params(settings.source, settings.schedule_recipe))
    lane = Lane(chains, store, Gatherings(journal, reading), deployer, gates, ByChain(canaries), recipe)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        working = [
            asyncio.create_task(ship(settings.source / "bundles", registry, deployer)),
            asyncio.create_task(deployer.follower.run(FOLLOW_S)),
            asyncio.create_task(lane.run(FOLLOW_S)),
            asyncio.create_task(canaries.run(settings.canary_seconds)),
            asyncio.create_task(adapting.run(ADAPT_S)),
            asyncio.create_task(Forgetting(engine, journal).run(FORGET_S)),
        ]
        yield
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
        registry.close()
        artefacts.close()
        journal.dispose()
        engine.dispose()

    app = create_service(
        "training",
        settings,
        routers=[
            training_router(
                store,
                lambda request: check(request, settings, registry, deployer),
                lambda name: describe(name, read_params(settings.source, name)),
                admin,
            ),
            jobs_router(store, kinds, admin),
            canaries_router(canaries, admin),
            learning_router(chains, admin, known),
            models_router(registry, deployer, gates, partial(adaptations.ask, "adapt"), admin),
            decisions_router(gates, admin),
            gate_router(store, gates, Pictures(gates), deployer, admin),
            lineage_router(registry, known),
            learning_curve_router(registry, artefacts, admin),
            adapting_router(adaptations, deployer, known),
            erasures_router(eraser, admin),
        ],
        statuses=STATUS,
        metrics=metrics,
        checks={"state": lambda: asyncio.to_thread(ping, engine)},
        lifespan=lifespan,
        longer={"/erasures/": MAX_SUBJECT},
    )
    guard(app)
    return app


def check(request: TrainRequest, settings: TrainingSettings, registry: Registry, deployer: Deployer) -> None:
    """Raises what would make the job fail at once, and LearnedFromErased where it would begin with a withdrawn version.

    NotInRecipe, UnknownParam, RecipeError, UnknownStart, UnknownDataset, BrokenSource, RegistryUnavailable.
    """
    recipe = change_params(read_params(settings.source, request.recipe), request.model, request.params)
    parents = [find_start(registry, request.model, request.start_from, recipe)]
    parents += [find_teacher(registry, recipe.teacher)] if recipe.teacher else []
    for parent in filter(None, parents):
        deployer.find(parent.name, parent.version)
    versions = Versions(Files(settings.store_url))
    for version in request.datasets:
        try:
            versions.get(version)
        except VersionWithdrawn:
            raise
        except UnknownSample as error:
            known = ", ".join(one.version for one in versions.all()[:10]) or "none"
            raise UnknownDataset(f"{error} There are: {known}.") from error
