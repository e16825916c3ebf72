"""Ingestion and training without their services, over one store and a real registry."""

from datetime import UTC, datetime
from pathlib import Path

from longhand.contracts.jobs import FineTuneRequest
from longhand.contracts.learning import GatherRequest
from longhand.contracts.readings import Task
from longhand.registry.registry import Registry
from longhand.samples.files import Files
from longhand.samples.gatherings import Gatherings
from longhand.samples.journal import Journal
from longhand.samples.record import Record, Said
from longhand.samples.sides import Side, side_of
from longhand.samples.trust import Rule
from longhand.servicekit.jobs.leases import Leases
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.state import migrate, open_engine
from services.ingestion.erasing.eraser import Eraser as Forgetting
from services.ingestion.gathering.wiring import make_gatherer
from services.training.chain.chains import Chains
from services.training.chain.lane import Lane, Recipe
from services.training.deployment.deployer import Deployer
from services.training.erasing.eraser import Eraser
from services.training.erasing.wiring import replacing
from services.training.gate.records import Gates
from services.training.holdings import Tunings
from services.training.settings import TrainingSettings
from services.training.tuning.child import Places, tune
from tests.journeys.learner import make_learner

MODEL, TASK = "characters", Task("character")


class Workshop:
    """Who corrects, gathers, learns and erases; the test plays the worker."""

    def __init__(self, folder: Path, registry: Registry, url: str) -> None:
        self.registry, self.files = registry, Files(folder / "store")
        self._journal, self._engine = (open_engine(f"sqlite:///{folder / name}.db") for name in ("journal", "training"))
        for engine, service in ((self._journal, "services.ingestion"), (self._engine, "services.training")):
            migrate(engine, "longhand.servicekit.jobs")
            migrate(engine, service)
        self.gatherer, self.store = make_gatherer(self._journal, self.files, Rule()), JobStore(self._engine, "trn")
        self.deployer, self.chains = Deployer(self._engine, registry), Chains(self.store)
        gatherings, gates, recipe = Gatherings(self._journal), Gates(self._engine), Recipe("starter", list)
        self._lane = Lane(self.chains, self.store, gatherings, self.deployer, gates, None, recipe)
        self._places = Places(make_learner(folder / "checkout"), folder / "tunings", str(folder / "store"), url)
        self.forgetting = Forgetting(self._journal, self.files, JobStore(self._journal, "ing"))
        held, settings = [Tunings(self._places.tunings)], TrainingSettings(var=folder)
        self.eraser = Eraser(self._engine, self.store, registry, self.deployer, held, replacing(settings))

    def correct(self, person: str, count: int) -> set[str]:
        """A person sends characters, each of which a reviewer corrects; the hashes of those that are learned from."""
        journal, taught = Journal(self._journal), set[str]()
        for number in range(count):
            picture = self.gatherer.blobs.put(f"{person} {number}".encode())
            sent = (f"{person}-{number}", person, datetime(2026, 1, 2, tzinfo=UTC), picture)
            journal.take(Record(*sent, TASK.value, "x", 0.5, "review", MODEL, 1))
            journal.correct(sent[0], "q", "rita", Said(role="reviewer"))
            taught |= {picture} if side_of(picture) is Side.TRAIN else set()
        return taught

    def learn(self, request: GatherRequest) -> tuple[str, int]:
        """Gathers what counts, and does the fine-tune that follows; the dataset version and the model's."""
        made, leases = self.gatherer.gather(TASK, request, "ada"), Leases(self.store)
        assert made is not None
        self._lane.push()
        (id,) = self.store.waiting(kinds=["fine-tune"])
        job = leases.claim(id, "w", 60)
        assert job is not None
        outcome = tune(FineTuneRequest.model_validate(job.arguments), self._places, id)
        assert leases.succeed(id, "w", {"model": outcome["model"], "version": outcome["version"]})
        return made.version, outcome["version"]

    def close(self) -> None:
        """Lets go of the databases."""
        self._journal.dispose()
        self._engine.dispose()
