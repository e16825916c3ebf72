"""Whose corrections are followed, when, and what is kept of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from longhand.contracts.jobs import JobStatus
from longhand.samples.journal import Journal
from longhand.samples.lessons import Lessons
from longhand.samples.record import Record
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.state import migrate, open_engine
from services.training.adapting.follower import Follower
from services.training.adapting.records import Adaptation, Adaptations

START = datetime(2026, 11, 26, 9, tzinfo=UTC)


@dataclass
class Deployed:
    """Whose adapters are out of date, by model."""

    people: dict[str, list[str]] = field(default_factory=dict)

    def outdated(self, name: str) -> list[str]:
        return self.people.get(name, [])


class Bench:
    """A journal, and a follower of it with a clock of its own."""

    def __init__(self, folder: Path) -> None:
        self.journal_engine = open_engine(f"sqlite:///{folder / 'journal.db'}")
        migrate(self.journal_engine, "services.ingestion")
        engine = open_engine(f"sqlite:///{folder / 'state.db'}")
        migrate(engine, "longhand.servicekit.jobs")
        migrate(engine, "services.training")
        self.store = JobStore(engine, "trn")
        self.journal, self.lessons = Journal(self.journal_engine), Lessons(self.journal_engine)
        self.adaptations, self.deployed, self.later = Adaptations(self.store), Deployed(), 60.0
        self.since: float | None = None
        self.follower = Follower(self.lessons, self.adaptations, self.deployed, self.store, self.clock)

    def clock(self) -> float:
        return (self.since or datetime.now(UTC).timestamp()) + self.later

    def read(self, id: str, by: str = "ann", task: str = "text") -> None:
        self.journal.take(Record(id, by, START, f"{id:0>64}", task, "Hans", 0.9, "accept", "text", 1))

    def queued(self, kind: str = "adapt") -> list[tuple[object, object]]:
        jobs = [self.store.get(id) for id in self.store.waiting(100)]
        return [(job.arguments["user"], job.arguments["task"]) for job in jobs if job.kind == kind]

    def close(self) -> None:
        self.journal_engine.dispose()
        self.store.engine.dispose()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()


def test_many_corrections_of_a_person_are_one_adaptation(bench: Bench) -> None:
    for number in range(5):
        bench.read(f"r{number}")
        bench.journal.correct(f"r{number}", "Haus", "ann")
    bench.follower.follow()
    bench.follower.follow()
    assert bench.queued() == [("ann", "text")]


def test_corrections_that_still_come_are_waited_for_but_not_long(bench: Bench) -> None:
    bench.read("r1")
    bench.journal.correct("r1", "Haus", "ann")
    bench.since, bench.later = bench.lessons.after(0)[-1].at.timestamp(), 0.5
    bench.follower.follow()
    assert bench.queued() == []
    bench.later = 4.5
    bench.follower.follow()
    assert bench.queued() == [("ann", "text")]


def test_following_goes_on_after_a_kill_and_queues_nothing_twice(bench: Bench) -> None:
    bench.read("r1")
    bench.journal.correct("r1", "Haus", "ann")
    bench.follower.follow()
    (job,) = bench.store.waiting()
    bench.store.cancel(job)
    again = Follower(bench.lessons, bench.adaptations, bench.deployed, bench.store, bench.clock)
    again.follow()
    assert bench.queued() == [] and not bench.adaptations.follow(0, 1, [])
    assert bench.store.get(job).status is JobStatus.CANCELLED


def test_people_learn_from_their_own_word_on_their_own_pictures(bench: Bench) -> None:
    for id, by in (("r1", "ann"), ("r2", "ann"), ("r3", "bob"), ("r4", "ann")):
        bench.read(id, by)
    bench.journal.correct("r1", "Haus", "ann")
    bench.journal.correct("r2", "Baum", "rev")
    bench.journal.correct("r3", "Berg", "rev")
    bench.journal.correct("r4", "Tal", "ann")
    bench.journal.withdraw("r4", "ann")
    assert [one.text for one in bench.lessons.of("ann", "text")] == ["Haus"]
    assert list(bench.lessons.of("rev", "text")) == list(bench.lessons.of("ann", "character")) == []
    assert {one.user for one in bench.lessons.after(0)} == {"ann", "bob"}


def test_what_was_said_before_a_person_was_forgotten_does_not_count(bench: Bench) -> None:
    bench.read("r1")
    bench.journal.correct("r1", "Haus", "ann")
    bench.adaptations.note(Adaptation("text", "ann", 1, "a" * 64, 1, "", 5.0, 9.0))
    bench.adaptations.forget("ann")
    since = bench.adaptations.since("ann")
    assert since is not None and list(bench.lessons.of("ann", "text", since)) == []
    assert list(bench.lessons.of("ann", "text", since - timedelta(minutes=1))) != []
    assert bench.adaptations.of("ann") == [] and bench.adaptations.since("bob") is None


def test_a_process_gets_ready_once_people_have_something_read(bench: Bench) -> None:
    bench.follower.prepare()
    assert bench.queued() == []
    bench.read("r1")
    bench.follower.prepare()
    bench.follower.prepare()
    assert bench.queued() == [(None, "character"), (None, "text")]


def test_people_of_a_former_champion_are_fitted_anew(bench: Bench) -> None:
    bench.deployed.people = {"text": ["ann", "bob"], "text-fast": ["ann"]}
    bench.follower.refit()
    bench.follower.refit()
    assert bench.queued("refit") == [("ann", "text"), ("bob", "text")] and bench.queued() == []


def test_the_last_adaptation_and_how_long_it_took_are_measured(bench: Bench) -> None:
    bench.adaptations.note(Adaptation("text", "ann", 1, "a" * 64, 1, "", 5.0, 9.0))
    bench.adaptations.note(Adaptation("text", "bob", 1, "b" * 64, 1, "", 5.0, 16.0))
    refused = Adaptation("text", "eve", 1, None, 1, "Other pictures would be read worse.", 5.0, 99.0, "others_worse")
    bench.adaptations.note(refused)
    assert bench.adaptations.of("eve") == [refused]
    assert bench.adaptations.last() == {"text": 11.0}
    assert bench.adaptations.count() == {("text", True): 2, ("text", False): 1}
