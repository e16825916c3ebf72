"""All that training holds of people, in the order in which it is to be deleted."""

import sqlalchemy as sa

from longhand.contracts.holdings import Holding
from longhand.samples.files import Files
from longhand.samples.versions import Versions
from longhand.servicekit.jobs.store import JobStore
from services.training.adapting.holding import OwnModels
from services.training.adapting.records import Adaptations
from services.training.deployment.deployer import Deployer
from services.training.erasing.eraser import Replacing
from services.training.erasing.jobs import AdaptingJobs
from services.training.gate.records import GateChanges
from services.training.holdings import Copies, Tunings, Workspaces
from services.training.settings import TrainingSettings


def declare(settings: TrainingSettings, engine: sa.Engine, store: JobStore, deployer: Deployer) -> list[Holding]:
    """A person's models come before the jobs that make them: what such a job is about to answer is then dropped."""
    return [
        OwnModels(Adaptations(store), deployer),
        AdaptingJobs(store),
        Copies(settings.directory / "datasets"),
        Workspaces(settings.workspaces, settings.cache_directory),
        Tunings(settings.tunings),
        GateChanges(engine),
    ]


def replacing(settings: TrainingSettings) -> Replacing:
    """What was frozen in place of withdrawn versions, as the store says."""

    def find(version: str) -> str | None:
        gone = Versions(Files(settings.store_url)).withdrawn(version)
        return gone.replaced_by if gone else None

    return find
