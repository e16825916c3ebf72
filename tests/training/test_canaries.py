"""A challenger on trial: followed in the journal, promoted or withdrawn without anybody's help."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from longhand.contracts.canaries import CanaryRequest, CanaryState
from longhand.contracts.models import Deployment
from longhand.contracts.trials import Failure, ShadowReading, Trial
from longhand.registry.errors import NotRegistered, RegistryUnavailable
from longhand.samples.journal import Journal
from longhand.samples.readings import to_row
from longhand.samples.record import Record, Said
from longhand.samples.tables import readings as table
from longhand.servicekit.errors import KeyReused
from longhand.servicekit.state import migrate, open_engine
from services.training.canary.automatic import ByChain
from services.training.canary.canaries import CanaryTable
from services.training.canary.deciding import Rules
from services.training.canary.traffic import Traffic
from services.training.canary.watch import Canaries
from services.training.deployment.deployer import Deployer
from services.training.deployment.records import Author
from services.training.erasing.withdrawals import Withdrawn
from services.training.errors import CanaryUnderWay, JournalUnavailable, NoCanary, NothingServes, SameVersion
from tests.samples.conftest import make_record
from tests.training.fakes import FolderRegistry

ANN = Author("ann")
LATER = 1_000_000
SHARE = 0.2
REVIEWER = Said(role="reviewer")


@dataclass
class Bench:
    """Training's canaries on a database of their own, beside a journal; version 1 of `text` serves, and time stands."""

    folder: Path
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        self.engine = open_engine(f"sqlite:///{self.folder / 'state.db'}", durable=False)
        self.journal_engine = open_engine(f"sqlite:///{self.folder / 'journal.db'}", durable=False)
        migrate(self.engine, "services.training")
        migrate(self.journal_engine, "services.ingestion")
        self.journal, self.registry = Journal(self.journal_engine), FolderRegistry(self.folder)
        self.deployer = Deployer(self.engine, self.registry)
        self.canaries = self.begin()
        self.random, self.count = random.Random(5), 0

    def begin(self) -> Canaries:
        """The canaries as another process has them."""
        table, rules = CanaryTable(self.engine, lambda: self.now.timestamp()), Rules(100, timedelta(hours=24))
        return Canaries(table, self.deployer, Traffic(self.journal_engine), rules, lambda: self.now)

    def start(self, **changed: Any) -> CanaryState:
        self.deployer.ensure("text", 1)
        options = {"version": 2, "share": SHARE, "mode": "canary", "by": "ann"} | changed
        return self.canaries.start("text", **options).state

    @property
    def state(self) -> CanaryState:
        return self.canaries.table.newest("text").state

    @property
    def deployment(self) -> Deployment | None:
        return self.registry.deployment("text")

    def make(self, version: int, accepted: bool = True, elapsed: float = 20.0, trial: Trial | None = None) -> Record:
        """The next reading."""
        self.count += 1
        details = {"elapsed_ms": elapsed} | ({"trial": trial.model_dump()} if trial else {})
        decision = "accept" if accepted else "review"
        return make_record(f"r-{self.count}", version=version, decision=decision, details=details)

    def take(self, version: int, **changed: Any) -> str:
        """A reading in the journal."""
        record = self.make(version, **changed)
        self.journal.take(record)
        return record.id

    def read(self, readings: int, accepted: tuple[float, float] = (0.8, 0.8), slow: float = 0.0) -> None:
        """Readings as they come in a canary; `accepted` are the rates of challenger and champion."""
        rows = []
        for _ in range(readings):
            mine = self.random.random() < SHARE
            elapsed = 20.0 + self.random.random() + (50 if mine and self.random.random() < slow else 0)
            record = self.make(2 if mine else 1, self.random.random() < accepted[not mine], elapsed)
            rows.append(to_row(record, LATER + self.count))
        with self.journal_engine.begin() as connection:  # without the lines, which nobody reads here
            connection.execute(table.insert(), rows)

    def read_both(self, readings: int, accepted: float = 1.0, text: str = "Genf") -> list[str]:
        """Readings of the champion that the challenger has read as well."""
        shadows = [
            ShadowReading(version=2, text=text, accepted=self.random.random() < accepted, elapsed_ms=20)
            for _ in range(readings)
        ]
        return [self.take(1, trial=Trial(shadow=shadow)) for shadow in shadows]

    def close(self) -> None:
        self.engine.dispose()
        self.journal_engine.dispose()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()


def test_a_challenger_gets_its_share_once_it_is_on_trial(bench: Bench) -> None:
    assert bench.start() is CanaryState.RUNNING
    assert bench.deployment == Deployment(epoch=2, champion=1, challenger=2, share=SHARE)


def test_a_version_that_was_withdrawn_before_its_trial_had_begun_challenges_nobody(bench: Bench) -> None:
    bench.deployer.ensure("text", 1)
    bench.canaries.table.add("text", 1, CanaryRequest(version=2), 0, ANN)  # and the process was killed
    Withdrawn(bench.engine).add([("text", 2)], set())
    bench.canaries.look()
    assert bench.state is CanaryState.OVERTAKEN and bench.deployment == Deployment(epoch=1, champion=1)
    assert "had learned from data that a person has had erased" in bench.canaries.table.newest("text").reason


def test_a_challenger_as_good_as_the_champion_is_promoted_once_it_has_read_enough(bench: Bench) -> None:
    bench.start()
    bench.read(300)
    bench.canaries.look()
    assert bench.state is CanaryState.RUNNING
    bench.read(300)
    bench.canaries.look()
    assert bench.state is CanaryState.PROMOTED
    assert bench.deployment == Deployment(epoch=3, champion=2, previous=[1])
    canary = bench.canaries.table.newest("text")
    assert canary.ended_at and "no evidence against it" in canary.reason
    assert canary.report.shared.challenger + canary.report.shared.champion > 590


def test_a_challenger_that_is_often_unsure_is_withdrawn_within_two_hundred_readings(bench: Bench) -> None:
    bench.start()
    while bench.state is CanaryState.RUNNING and bench.count < 200:
        bench.read(20, accepted=(0.2, 0.8))
        bench.canaries.look()
    assert bench.state is CanaryState.ROLLED_BACK and bench.count <= 200
    assert bench.deployment == Deployment(epoch=3, champion=1)
    canary = bench.canaries.table.newest("text")
    assert canary.reason.startswith("Worse by confidence")
    assert canary.report.shared.evidence >= canary.report.shared.limit


def test_a_slow_challenger_is_withdrawn_by_what_was_slow_before_it_came(bench: Bench) -> None:
    for _ in range(60):
        bench.take(1, elapsed=20 + bench.random.random())
    bench.start()
    bench.read(300, slow=0.8)
    bench.canaries.look()
    canary = bench.canaries.table.newest("text")
    assert canary.state is CanaryState.ROLLED_BACK and canary.reason.startswith("Worse by latency")
    assert canary.report.slow_ms and 25 < canary.report.slow_ms < 27


def test_a_challenger_that_fails_where_the_champion_reads_is_withdrawn(bench: Bench) -> None:
    bench.start()
    for number in range(60):
        failure = Trial(failure=Failure(version=2, code="no_ink")) if number % 10 == 0 else None
        bench.take(1, trial=failure)
    bench.canaries.look()
    assert bench.canaries.table.newest("text").reason.startswith("Worse by errors: 100.0%")


def test_a_challenger_whose_texts_are_corrected_is_withdrawn(bench: Bench) -> None:
    bench.start()
    ids = [bench.take(2 if number % 5 == 0 else 1) for number in range(100)]
    for id in ids[::5]:
        bench.journal.correct(id, "Bern", "rita", REVIEWER)
    bench.canaries.look()
    assert bench.canaries.table.newest("text").reason.startswith("Worse by corrections")


def test_whom_nobody_trusts_withdraws_no_challenger(bench: Bench) -> None:
    bench.start()
    for number in range(100):
        bench.journal.correct(bench.take(2 if number % 5 == 0 else 1), "Bern" if number % 5 == 0 else "Genf", "mallory")
    bench.canaries.look()
    assert bench.state is CanaryState.RUNNING


def test_a_correction_that_says_what_was_read_is_none(bench: Bench) -> None:
    bench.start()
    for number in range(100):
        bench.journal.correct(bench.take(2 if number % 5 == 0 else 1), "Genf", "rita", REVIEWER)
    bench.canaries.look()
    assert bench.state is CanaryState.RUNNING


def test_readings_of_peoples_own_versions_and_of_before_the_challenger_came_do_not_count(bench: Bench) -> None:
    bench.start()
    for version in (1, 1, 7, 2, 1, 7):
        bench.take(version)
    bench.canaries.look()
    shared = bench.canaries.table.newest("text").report.shared
    assert (shared.challenger, shared.champion) == (1, 1)


def test_after_a_day_with_little_traffic_the_readings_of_both_decide(bench: Bench) -> None:
    bench.start()
    bench.read_both(60)
    bench.canaries.look()
    assert bench.state is CanaryState.RUNNING
    bench.now += timedelta(hours=25)
    bench.canaries.look()
    assert bench.state is CanaryState.PROMOTED
    assert bench.canaries.table.newest("text").report.shadow.champion == 60


def test_after_a_day_a_challenger_that_is_unsure_of_the_same_pictures_is_withdrawn(bench: Bench) -> None:
    bench.start()
    bench.read_both(60, accepted=0.6)
    bench.now += timedelta(hours=25)
    bench.canaries.look()
    assert bench.state is CanaryState.ROLLED_BACK


def test_a_day_with_next_to_no_reading_decides_nothing(bench: Bench) -> None:
    bench.start()
    bench.read_both(10)
    bench.now += timedelta(days=3)
    bench.canaries.look()
    assert bench.state is CanaryState.RUNNING


def test_in_the_shadow_pairs_decide_and_corrected_texts_say_who_was_right(bench: Bench) -> None:
    bench.start(mode="shadow", share=1.0)
    assert bench.deployment and bench.deployment.mode == "shadow"
    for id in bench.read_both(40, text="Gent")[:20]:
        bench.journal.correct(id, "Genf", "rita", REVIEWER)
    bench.canaries.look()
    assert bench.canaries.table.newest("text").reason.startswith("Worse by corrections")
    bench.start(mode="shadow", share=1.0)
    bench.read_both(100)
    bench.canaries.look()
    assert bench.state is CanaryState.PROMOTED


def test_a_trial_ends_at_once_by_hand(bench: Bench) -> None:
    bench.start()
    assert bench.canaries.stop("text", "bob").state is CanaryState.STOPPED
    assert bench.deployment == Deployment(epoch=3, champion=1)
    assert bench.canaries.stop("text", "bob").reason == "Stopped by bob."


def test_a_roll_back_withdraws_the_challenger_first(bench: Bench) -> None:
    bench.deployer.promote("text", 9, ANN)
    bench.deployer.promote("text", 1, ANN)
    bench.start()
    change = bench.deployer.roll_back("text", ANN)
    assert (change.champion, change.challenger, change.dismissed) == (1, None, 2)
    bench.canaries.look()
    assert bench.state is CanaryState.OVERTAKEN
    assert bench.deployer.roll_back("text", ANN).champion == 9


def test_another_promotion_ends_a_trial(bench: Bench) -> None:
    bench.start()
    assert bench.deployer.promote("text", 5, ANN).dismissed == 2
    bench.canaries.look()
    assert bench.state is CanaryState.OVERTAKEN
    assert bench.deployment == Deployment(epoch=3, champion=5, previous=[1])


def test_one_challenger_of_a_model_is_on_trial_at_a_time(bench: Bench) -> None:
    with pytest.raises(NothingServes):
        bench.canaries.start("text", 2, SHARE, "canary", "ann")
    with pytest.raises(NoCanary):
        bench.canaries.stop("text", "ann")
    bench.start(key="k1")
    assert bench.start(key="k1") is CanaryState.RUNNING
    for wrong, error in (({}, CanaryUnderWay), ({"version": 3, "key": "k1"}, KeyReused), ({"version": 1}, SameVersion)):
        with pytest.raises(error):
            bench.start(**wrong)
    with pytest.raises(NotRegistered):
        bench.start(version=10_000)
    assert len(bench.canaries.table.page(None, 10)) == 1


@pytest.mark.parametrize(
    ("state", "champion", "end"),
    [
        (CanaryState.STARTING, 1, CanaryState.RUNNING),
        (CanaryState.PROMOTING, 2, CanaryState.PROMOTED),
        (CanaryState.WITHDRAWING, 1, CanaryState.ROLLED_BACK),
        (CanaryState.STOPPING, 1, CanaryState.STOPPED),
    ],
)
def test_what_a_killed_process_had_decided_the_next_one_does(
    bench: Bench, state: CanaryState, champion: int, end: CanaryState
) -> None:
    bench.start()
    canary = bench.canaries.table.newest("text")
    bench.canaries.table.move(canary, state)
    for process in (bench.begin(), bench.begin()):
        process.look()
    assert (bench.state, bench.deployer.current("text").champion) == (end, champion)  # type: ignore[union-attr]


def test_a_registry_that_is_away_delays_a_start_and_no_decision(bench: Bench) -> None:
    bench.start()
    bench.registry.away = True
    bench.read(600)
    bench.canaries.look()
    assert bench.state is CanaryState.PROMOTED
    with pytest.raises(RegistryUnavailable):
        bench.start(version=3)
    bench.registry.away = False
    bench.deployer.follower.repair()
    assert bench.deployment and bench.deployment.champion == 2


def test_nothing_is_tried_while_the_journal_is_away_and_what_is_tried_goes_on_afterwards(bench: Bench) -> None:
    def rename(before: str, after: str) -> None:
        with bench.journal_engine.begin() as connection:
            connection.execute(sa.text(f"ALTER TABLE {before} RENAME TO {after}"))

    rename("readings", "elsewhere")
    with pytest.raises(JournalUnavailable):
        bench.start()
    rename("elsewhere", "readings")
    assert bench.start() is CanaryState.RUNNING
    rename("readings", "elsewhere")
    bench.canaries.look()
    rename("elsewhere", "readings")
    bench.read(600)
    bench.canaries.look()
    assert bench.state is CanaryState.PROMOTED


def test_what_a_chain_tries_again_after_a_kill_is_tried_once(bench: Bench) -> None:
    bench.deployer.ensure("text", 1)
    for _ in range(2):
        ByChain(bench.canaries).start("text", 2, "longhand")
    assert len(bench.canaries.table.page(None, 10)) == 1


def test_a_canary_leaves_the_champion_at_least_half() -> None:
    with pytest.raises(ValueError, match="half"):
        CanaryRequest(version=2, share=0.6)
    assert CanaryRequest(version=2, share=1.0, mode="shadow").share == 1.0
