"""What training made of a person's data is withdrawn and deleted, and a version without them serves."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from pydantic import JsonValue

from longhand.contracts.canaries import CanaryRequest, CanaryState
from longhand.contracts.erasures import Erased, LearnedVersion
from longhand.contracts.holdings import Holding, Subject
from longhand.contracts.jobs import JobStatus
from longhand.contracts.models import Deployment, ModelName, ModelVersion
from longhand.registry.errors import RegistryUnavailable
from longhand.servicekit.errors import Unavailable
from longhand.servicekit.jobs.leases import Leases
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.state import migrate, open_engine
from services.training.adapting.holding import OwnModels
from services.training.adapting.records import Adaptation, Adaptations
from services.training.canary.canaries import CanaryTable
from services.training.chain.chains import Chains, Origin, Work
from services.training.deployment.deployer import Deployer, promoted, withdrawn
from services.training.deployment.records import Author
from services.training.erasing.eraser import WITHDRAWN, Eraser
from services.training.erasing.jobs import AdaptingJobs
from services.training.errors import LearnedFromErased
from tests.training.fakes import FolderRegistry

HERS, LEFT, OTHER = "a" * 64, "b" * 64, "c" * 64
ANN = Subject(name="ann", versions=frozenset({HERS}), until=datetime(2026, 6, 1, tzinfo=UTC))
ADA = Author("ada")


@dataclass
class TaggedRegistry(FolderRegistry):
    """A registry whose versions of `text` have tags."""

    folder: Path
    slow: float = 0.0
    tags: dict[int, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(self.folder)

    def names(self) -> list[str]:
        self._answer()
        return ["text"]

    def version(self, name: str, version: int) -> ModelVersion:
        return super().version(name, version).model_copy(update={"tags": self.tags.get(version, {})})

    def versions(self, name: str) -> list[ModelVersion]:
        self._answer()
        made = datetime.now(UTC)
        return [ModelVersion(name=name, version=v, created_at=made, tags=self.tags[v]) for v in sorted(self.tags)[::-1]]


class World:
    """Training's state with a registry of five versions, two of which learned from Ann's corrections."""

    def __init__(self, folder: Path) -> None:
        self.engine = open_engine(f"sqlite:///{folder / 'training.db'}")
        for package in ("longhand.servicekit.jobs", "services.training"):
            migrate(self.engine, package)
        tuned = {"dataset_version": HERS, "started_from": "text/1"}
        tags = {1: {}, 2: {"dataset_version": OTHER, "started_from": "text/1"}, 3: tuned, 4: {"started_from": "text/3"}}
        self.registry = TaggedRegistry(folder, tags=tags)
        self.store, self.deployer = JobStore(self.engine, "trn"), Deployer(self.engine, self.registry)
        self.adaptations = Adaptations(self.store)

    def eraser(self) -> Eraser:
        """An eraser as a process begins with it."""
        holdings: list[Holding] = [OwnModels(self.adaptations, self.deployer), AdaptingJobs(self.store)]
        return Eraser(self.engine, self.store, self.registry, self.deployer, holdings, {HERS: LEFT}.get)

    def serve(self, *versions: int) -> None:
        for version in versions:
            self.deployer.promote("text", version, ADA)

    def work(self, id: str, version: int) -> None:
        """Does a job that waits."""
        leases = Leases(self.store)
        assert leases.claim(id, "w", 60) and leases.succeed(id, "w", {"model": "text", "version": version})


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.engine.dispose()


def test_the_record_names_what_was_withdrawn_and_no_roll_back_leads_there() -> None:
    record = withdrawn(Deployment(epoch=7, champion=3, previous=[1]), [], gone=[3, 1])
    assert (record.epoch, record.champion, record.withdrawn) == (8, 3, [1, 3])
    assert withdrawn(record, [], gone=[3]) == record
    assert promoted(record, 4) == Deployment(epoch=9, champion=4, previous=[], withdrawn=[1, 3])


def test_what_was_withdrawn_for_somebody_else_does_not_come_back() -> None:
    record = withdrawn(Deployment(epoch=7, champion=3, withdrawn=[2]), [2, 1], gone=[3])
    assert record == Deployment(epoch=8, champion=1, withdrawn=[2, 3])


@pytest.mark.parametrize(
    ("champion", "previous", "others", "serves", "before"),
    [
        (3, [1, 2], [2, 1], 2, [1]),  # the last one that served
        (3, [], [2, 1], 2, []),  # or else the newest
        (2, [1, 3], [2, 1], 2, [1]),  # what one could go back to
        (3, [], [], 3, []),  # something has to answer
    ],
)
def test_a_version_without_the_person_serves(
    champion: int, previous: list[int], others: list[int], serves: int, before: list[int]
) -> None:
    record = withdrawn(Deployment(epoch=7, champion=champion, previous=previous), others)
    assert (record.champion, record.previous) == (serves, before)


def test_a_challenger_that_learned_from_the_person_is_dismissed_and_another_goes_on() -> None:
    record = Deployment(epoch=7, champion=1, challenger=3, share=0.1)
    assert withdrawn(record, [2, 1]) == Deployment(epoch=8, champion=1)
    assert withdrawn(record, [3, 1]) == record


def test_versions_that_learned_are_listed_and_serve_no_more_and_are_not_promoted_again(world: World) -> None:
    world.serve(1, 2, 3, 4)
    answer = world.eraser().erase("era-1", ANN)
    assert answer.models == [
        LearnedVersion(name="text", version=3, serving=2),
        LearnedVersion(name="text", version=4, serving=2),
    ]
    record = world.deployer.current("text")
    assert record and (record.champion, record.previous, record.withdrawn) == (2, [1], [3, 4])
    assert world.registry.deployment("text") == record
    world.registry.tags |= {6: {"started_from": "text/4"}, 7: {"taught_by": "text/4"}}  # registered just after
    for refused in (
        *(partial(world.serve, number) for number in (3, 6, 7)),
        lambda: world.deployer.assign("text", "bob", 4),
    ):
        with pytest.raises(LearnedFromErased, match="had learned from data that a person"):
            refused()
    with pytest.raises(LearnedFromErased):
        world.deployer.challenge("text", 3, 0.1, "canary", ADA)
    assert world.deployer.current("text") == record
    assert world.eraser().erase("era-1", ANN) == answer and world.eraser().erasures.done() == ["era-1"]


def test_what_learns_from_the_person_now_is_stopped_before_anything_is_deleted(world: World) -> None:
    world.serve(1)
    work = {ModelName("text"): Work("fine-tune", {"model": "text", "dataset": HERS})}
    assert Chains(world.store).begin(Origin(1, HERS, 30, 0.0), work)
    (id,) = world.store.waiting()
    leases = Leases(world.store)
    assert leases.claim(id, "w", 60)
    with pytest.raises(Unavailable, match="is being stopped"):
        world.eraser().erase("era-1", ANN)
    assert leases.heartbeat(id, "w") == "cancel" and leases.stop(id, "w")
    world.eraser().erase("era-1", ANN)
    (chain,) = Chains(world.store).page(None, 5).items
    assert (chain.step, world.store.get(id).status) == ("withdrawn", JobStatus.CANCELLED)


def test_a_trial_of_a_version_that_learned_from_the_person_ends_and_says_why(world: World) -> None:
    world.serve(1)
    table = CanaryTable(world.engine)
    begun = table.add("text", 1, CanaryRequest(version=3), 0, ADA)  # and was killed before it challenged anybody
    world.eraser().erase("era-1", ANN)
    ended = table.get(begun.id)
    assert (ended.state, ended.reason) == (CanaryState.OVERTAKEN, WITHDRAWN) and table.under_way() == []


def test_a_training_that_begins_with_a_version_that_learned_from_the_person_is_stopped(world: World) -> None:
    world.serve(1)
    asked: dict[str, JsonValue] = {"model": "text", "recipe": "starter", "start_from": "text/3", "datasets": [OTHER]}
    begins = world.store.submit("train", asked, "ada")
    other = world.store.submit("train", asked | {"start_from": "text/2"}, "ada")
    world.eraser().erase("era-1", ANN)
    assert world.store.get(begins.id).status is JobStatus.CANCELLED and world.store.waiting() == [other.id]


def test_what_such_a_training_has_made_learned_from_the_person_as_well(world: World) -> None:
    asked: dict[str, JsonValue] = {"model": "text", "recipe": "starter", "start_from": "text/3", "datasets": []}
    world.registry.tags[5] = {}
    world.work(world.store.submit("train", asked, "ada").id, 5)
    answer = world.eraser().erase("era-1", ANN)
    assert [one.version for one in answer.models] == [3, 4, 5]


def test_decisions_that_may_name_the_person_s_readings_are_waited_for(world: World) -> None:
    world.serve(1)
    judged = {
        version: world.store.submit("gate", {"model": "text", "version": version}, "ada").id for version in (2, 3)
    }
    leases = Leases(world.store)
    assert leases.claim(judged[2], "w", 60)
    with pytest.raises(Unavailable, match="is waited for"):
        world.eraser().erase("era-1", ANN)
    assert world.store.get(judged[3]).status is JobStatus.CANCELLED
    assert leases.succeed(judged[2], "w", {"passed": True})
    assert isinstance(world.eraser().erase("era-1", ANN), Erased)


def test_a_training_on_a_withdrawn_version_is_queued_again_without_the_person_once(world: World) -> None:
    asked: dict[str, JsonValue] = {
        "model": "text",
        "recipe": "starter",
        "params": {},
        "start_from": None,
        "datasets": [HERS, OTHER],
    }
    job = world.store.submit("train", asked, "ada")
    world.registry.tags[5] = {}
    world.work(job.id, 5)
    world.serve(1, 5)
    adapting, leases = world.store.submit("adapt", {"task": "text", "user": "ann"}, "longhand").id, Leases(world.store)
    assert leases.claim(adapting, "w", 60)
    with pytest.raises(Unavailable):  # when the training's version serves no more
        world.eraser().erase("era-1", ANN)
    assert leases.stop(adapting, "w")
    answer = world.eraser().erase("era-1", ANN)
    assert LearnedVersion(name="text", version=5, serving=1) in answer.models and len(answer.jobs) == 1
    assert world.store.get(answer.jobs[0]).arguments == asked | {"datasets": [LEFT, OTHER]}
    record = world.deployer.current("text")
    assert record and record.champion == 1 and world.store.waiting() == answer.jobs


def test_a_person_s_own_models_go_with_the_jobs_that_name_them(world: World) -> None:
    world.serve(1)
    for user in ("ann", "bob"):
        job = world.store.submit("adapt", {"task": "text", "user": user}, "longhand")
        world.work(job.id, 1)
        world.adaptations.note(Adaptation("text", user, 1, None, 3, "worse", 0.0, 1.0))
    answer = world.eraser().erase("era-1", ANN)
    assert answer.held == {"own models": 1, "jobs": 1}
    assert [job.arguments["user"] for job in world.store.list_kinds(["adapt"])] == ["bob"]
    assert world.adaptations.of("ann") == [] and len(world.adaptations.of("bob")) == 1


def test_while_the_registry_is_away_nothing_counts_as_done(world: World) -> None:
    world.serve(1)
    world.registry.away = True
    with pytest.raises(RegistryUnavailable):
        world.eraser().erase("era-1", ANN)
    world.registry.away = False
    assert world.eraser().erasures.done() == []
    assert isinstance(world.eraser().erase("era-1", ANN), Erased)
