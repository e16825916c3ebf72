"""From gathered corrections to a version that serves: each step once, whoever is killed in between."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from longhand.contracts.learning import Step
from longhand.contracts.models import Deployment
from longhand.registry.errors import RegistryUnavailable
from longhand.samples.gatherings import Gathering, Gatherings
from longhand.samples.tables import metadata
from longhand.servicekit.jobs.leases import Leases
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.state import migrate, open_engine
from services.training.chain.chains import Chains
from services.training.chain.lane import Lane, Recipe

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Record:
    """What the gate decided."""

    passed: bool
    summary: str
    champion: int = 1


@dataclass
class Gate:
    """A gate whose records are written by the test."""

    records: dict[tuple[str, int], Record] = field(default_factory=dict)

    def record(self, model: str, version: int) -> Record | None:
        return self.records.get((model, version))


@dataclass
class Site:
    """Deployments with trials: one version is tried at a time, and a trial that has begun goes on."""

    serving: dict[str, Deployment] = field(default_factory=dict)
    away: bool = False
    begun: list[tuple[str, int]] = field(default_factory=list)

    def current(self, name: str) -> Deployment | None:
        return self.serving.get(name)

    def start(self, model: str, version: int, by: str) -> None:
        if self.away:
            raise RegistryUnavailable("The registry is away.")
        now = self.serving[model]
        if now.challenger != version:
            self.begun.append((model, version))
            self.serving[model] = now.model_copy(update={"challenger": version, "share": 0.1})

    def conclude(self, model: str, forward: bool) -> None:
        now = self.serving[model]
        assert now.challenger is not None
        champion, previous = (now.challenger, [now.champion]) if forward else (now.champion, [])
        self.serving[model] = Deployment(epoch=now.epoch + 1, champion=champion, previous=previous)


class World:
    """The lane with its database, and a worker that the test plays."""

    def __init__(self, folder: Path) -> None:
        self.engine = open_engine(f"sqlite:///{folder / 'training.db'}")
        migrate(self.engine, "longhand.servicekit.jobs")
        migrate(self.engine, "services.training")
        self.journal = open_engine(f"sqlite:///{folder / 'ingestion.db'}")
        metadata.create_all(self.journal)
        self.gate, self.site = Gate(), Site({"characters": Deployment(epoch=1, champion=1)})
        self.store, self.gatherings = JobStore(self.engine, "trn"), Gatherings(self.journal)
        self.chains = Chains(self.store)

    def lane(self) -> Lane:
        """A lane as a process begins with it: it knows nothing but what the database knows."""
        recipe = Recipe("starter", lambda: ["characters"])
        return Lane(self.chains, self.store, self.gatherings, self.site, self.gate, self.site, recipe)

    def gather(self, version: str, task: str = "character", full: bool = False) -> None:
        made = Gathering(task, version * 64, 30, 30, 9, NOON, full, "count", "longhand", NOON, {})
        assert self.gatherings.add(made)

    def work(self, version: int | None = None, error: str = "") -> str:
        """Do the job that waits; its kind."""
        (id,) = self.store.waiting(limit=2)
        leases = Leases(self.store)
        job = leases.claim(id, "w", 60)
        assert job is not None
        if error:
            assert leases.fail(id, "w", "bad", error)
        else:
            assert leases.succeed(id, "w", {"version": version} if version else {"passed": True})
        return job.kind

    def steps(self) -> list[Step]:
        return [chain.step for chain in reversed(self.chains.page(None, 10).items)]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.engine.dispose()
    world.journal.dispose()


def test_gathered_corrections_are_learned_judged_tried_and_then_serve(world: World) -> None:
    world.gather("a")
    for _ in range(2):  # every step is pushed twice, by a process that has just started
        world.lane().push()
    assert world.work(version=2) == "fine-tune"
    for _ in range(2):
        world.lane().push()
    world.gate.records["characters", 2] = Record(True, "Better by 2 points on the corrections.")
    assert world.work() == "gate"
    for _ in range(3):
        world.lane().push()
    assert (world.steps(), world.site.begun) == ([Step.TRYING], [("characters", 2)])
    world.site.conclude("characters", forward=True)
    world.lane().push()
    (chain,) = world.chains.page(None, 10).items
    assert (chain.step, chain.version, chain.reason) == (Step.SERVING, 2, "Better by 2 points on the corrections.")
    assert chain.first_at == NOON and world.store.waiting() == []


def test_what_the_gate_refuses_is_not_tried_and_says_why(world: World) -> None:
    world.gather("a")
    world.lane().push()
    world.work(version=2)
    world.lane().push()
    world.gate.records["characters", 2] = Record(False, "Worse by 1.2 points on the gate set.")
    world.work()
    world.lane().push()
    (chain,) = world.chains.page(None, 10).items
    assert (chain.step, chain.reason) == (Step.REFUSED, "Worse by 1.2 points on the gate set.")
    assert world.site.begun == []


def test_a_version_that_is_withdrawn_while_it_is_tried_ends_its_chain(world: World) -> None:
    world.gather("a")
    world.lane().push()
    world.work(version=2)
    world.lane().push()
    world.gate.records["characters", 2] = Record(True, "")
    world.work()
    world.lane().push()
    world.lane().push()
    world.site.conclude("characters", forward=False)
    world.lane().push()
    assert world.steps() == [Step.WITHDRAWN]


def test_a_job_that_fails_ends_the_chain_with_its_sentence(world: World) -> None:
    world.gather("a")
    world.lane().push()
    world.work(error="No correction can be learned from.")
    world.lane().push()
    (chain,) = world.chains.page(None, 10).items
    assert (chain.step, chain.reason) == (Step.FAILED, "No correction can be learned from.")


def test_an_approved_version_waits_while_it_cannot_be_tried(world: World) -> None:
    world.gather("a")
    world.lane().push()
    world.work(version=2)
    world.lane().push()
    world.gate.records["characters", 2], world.site.away = Record(True, ""), True
    world.work()
    for _ in range(2):
        world.lane().push()
    assert world.steps() == [Step.APPROVED]
    world.site.away = False
    world.lane().push()
    assert world.steps() == [Step.TRYING]


def test_an_approved_version_is_judged_again_where_another_one_serves_by_then(world: World) -> None:
    world.gather("a")
    world.lane().push()
    world.work(version=2)
    world.lane().push()
    world.gate.records["characters", 2] = Record(True, "")
    world.work()
    world.lane().push()
    world.site.serving["characters"] = Deployment(epoch=5, champion=9)
    world.lane().push()
    assert (world.steps(), world.site.begun) == ([Step.JUDGING], [])
    world.gate.records["characters", 2] = Record(False, "Worse than version 9.", champion=9)
    assert world.work() == "gate"
    world.lane().push()
    assert world.steps() == [Step.REFUSED]


def test_corrections_that_came_before_a_fine_tune_began_are_learned_with_it(world: World) -> None:
    world.gather("a")
    world.lane().push()
    world.gather("b")
    world.lane().push()
    assert world.steps() == [Step.SUPERSEDED, Step.LEARNING]
    assert world.work(version=2) == "fine-tune"


def test_every_model_of_a_task_learns_and_a_full_training_only_where_the_recipe_makes_it(world: World) -> None:
    world.gather("a", task="text")
    world.gather("b", full=True)
    world.lane().follow()
    chains = world.chains.page(None, 10).items
    assert [(chain.model, chain.gathering) for chain in chains] == [("characters", 2), ("text-fast", 1), ("text", 1)]
    kinds = [world.store.get(chain.job or "").kind for chain in chains]
    assert kinds == ["train", "fine-tune", "fine-tune"]
    assert world.store.get(chains[0].job or "").arguments["datasets"] == ["b" * 64]


def test_two_processes_that_see_the_same_step_take_it_once(world: World) -> None:
    world.gather("a")
    world.lane().push()
    world.work(version=2)
    (seen,) = world.chains.open()
    world.lane().push()
    assert not world.chains.move(seen, Step.FAILED)
    assert world.steps() == [Step.JUDGING]
    with world.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM jobs")) == 2
