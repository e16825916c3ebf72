"""The deployment record: what promoting and rolling back do to it, and that no writer's change is lost."""

import multiprocessing
import random
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa

from longhand.contracts.models import Deployment
from longhand.registry.errors import NotRegistered
from longhand.servicekit.errors import KeyReused
from longhand.servicekit.state import migrate, open_engine
from services.training.deployment.deployer import Deployer, promoted, rolled_back
from services.training.deployment.records import PLATFORM, Author, Records
from services.training.errors import NothingBefore
from tests.databases import postgres
from tests.training.fakes import FolderRegistry

CHANGES = 100
ANN = Author("ann")


@contextmanager
def opened(url: str) -> Iterator[sa.Engine]:
    engine = open_engine(url)
    migrate(engine, "services.training")
    try:
        yield engine
    finally:
        engine.dispose()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    with opened(f"sqlite:///{tmp_path / 'state.db'}") as engine:
        yield engine


@pytest.fixture
def registry(tmp_path: Path) -> FolderRegistry:
    return FolderRegistry(tmp_path)


def champions(*steps: int | str) -> list[int]:
    """Who serves after each step: a number promotes it, `back` rolls back."""
    record: Deployment | None = None
    found = []
    for step in steps:
        record = rolled_back(record) if step == "back" else promoted(record, int(step))
        found.append(record.champion)
    return found


def test_a_roll_back_goes_to_the_version_that_served_before() -> None:
    assert champions(1, 2, 3, "back", "back") == [1, 2, 3, 2, 1]
    assert champions(1, 2, "back", 3, "back") == [1, 2, 1, 3, 1]
    assert champions(1, 2, 1, "back") == [1, 2, 1, 2]


def test_promoting_twice_is_promoting_once() -> None:
    assert champions(1, 2, 2, "back") == [1, 2, 2, 1]


def test_a_roll_back_never_goes_to_a_version_that_was_rolled_back_from() -> None:
    with pytest.raises(NothingBefore):
        champions(1, 2, 1, "back", "back")  # 1 was withdrawn, and is all that served before 2
    with pytest.raises(NothingBefore):
        champions(1, "back")


@pytest.mark.parametrize("seed", range(30))
def test_whatever_is_promoted_and_rolled_back_a_withdrawn_version_comes_back_by_promotion_alone(seed: int) -> None:
    chance = random.Random(seed)
    record = promoted(None, 1)
    withdrawn: set[int] = set()
    for _ in range(60):
        before = record
        if chance.random() < 0.5:
            try:
                record = rolled_back(record)
            except NothingBefore:
                continue
            withdrawn.add(before.champion)
            assert record.champion not in withdrawn
        else:
            record = promoted(record, chance.randint(1, 5))
            withdrawn.discard(record.champion)
        assert record.epoch == before.epoch + (record != before)


def test_the_registry_follows_each_change(engine: sa.Engine, registry: FolderRegistry) -> None:
    deployer = Deployer(engine, registry)
    first, second = deployer.promote("text", 1, ANN), deployer.promote("text", 2, ANN)
    back = deployer.roll_back("text", ANN)
    assert [(change.replaced, change.champion) for change in (first, second, back)] == [(None, 1), (1, 2), (2, 1)]
    assert registry.deployment("text") == Records(engine).current("text") == Deployment(epoch=3, champion=1)
    with pytest.raises(NotRegistered):
        deployer.promote("text", 10_000, ANN)


def test_a_key_makes_a_change_once(engine: sa.Engine, registry: FolderRegistry) -> None:
    deployer = Deployer(engine, registry)
    for version in (1, 2, 3):
        deployer.promote("text", version, ANN)
    once = [deployer.roll_back("text", Author("ann", "k1")) for _ in range(3)]
    assert [(change.champion, change.replaced) for change in once] == [(2, 3)] * 3
    assert deployer.roll_back("text", Author("bob", "k1")).champion == 1, "keys are each caller's own"
    with pytest.raises(KeyReused):
        deployer.promote("text", 2, Author("ann", "k1"))
    with pytest.raises(KeyReused):
        deployer.roll_back("characters", Author("ann", "k1"))


def test_a_registry_that_was_away_follows_later(engine: sa.Engine, registry: FolderRegistry) -> None:
    deployer = Deployer(engine, registry)
    deployer.promote("text", 1, ANN)
    deployer.promote("text", 2, ANN)
    registry.away = True
    assert deployer.roll_back("text", ANN).champion == 1
    registry.away = False
    assert registry.deployment("text") == Deployment(epoch=2, champion=2, previous=[1])
    deployer.follower.repair()
    assert registry.deployment("text") == Deployment(epoch=3, champion=1)


def test_a_record_from_before_the_table_is_taken_over(engine: sa.Engine, registry: FolderRegistry) -> None:
    registry.deploy("text", Deployment(epoch=7, champion=3, previous=[1, 2]))
    change = Deployer(engine, registry).roll_back("text", ANN)
    assert (change.epoch, change.champion, change.replaced, change.previous) == (8, 2, 3, [1])
    Deployer(engine, registry).ensure("text", 1)
    assert registry.deployment("text") == Deployment(epoch=8, champion=2, previous=[1])


def test_a_database_that_went_back_to_a_backup_is_followed_again(engine: sa.Engine, registry: FolderRegistry) -> None:
    """Prediction applies higher epochs only, so the record gets one above that of the registry."""
    deployer = Deployer(engine, registry)
    deployer.promote("text", 1, ANN)
    registry.deploy("text", Deployment(epoch=9, champion=5))
    deployer.follower.repair()
    assert registry.deployment("text") == Deployment(epoch=10, champion=1) == Records(engine).current("text")


def write_changes(url: str, folder: str, first: int) -> None:
    """One of two writers: promotes versions that nobody else promotes, one after the other."""
    engine = open_engine(url)
    deployer = Deployer(engine, FolderRegistry(Path(folder), slow=0.002))
    for version in range(first, first + CHANGES):
        deployer.promote("text", version, Author(f"writer {first}", f"key {version}"))
    engine.dispose()


def race(url: str, folder: Path) -> None:
    """Two processes change one record at the same time: no change is lost, and the registry has the last."""
    with opened(url) as engine:
        records = Records(engine)
        records.change("text", PLATFORM, "", lambda _: Deployment(epoch=1, champion=1))
        spawning = multiprocessing.get_context("spawn")
        writers = [spawning.Process(target=write_changes, args=(url, str(folder), 1000 * n)) for n in (1, 2)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join(120)
        assert [writer.exitcode for writer in writers] == [0, 0]
        history = records.history("text")
        assert [record.epoch for record in history] == list(range(1, 2 * CHANGES + 2))
        assert sorted(record.champion for record in history) == [1, *range(1000, 1100), *range(2000, 2100)]
        for before, after in pairwise(history):
            assert after.previous[-1] == before.champion, "each change was made on the record before it"
        assert FolderRegistry(folder).deployment("text") == history[-1]


def test_two_processes_lose_no_change(tmp_path: Path) -> None:
    race(f"sqlite:///{tmp_path / 'state.db'}", tmp_path)


def test_two_processes_lose_no_change_on_postgresql(tmp_path: Path) -> None:
    with postgres() as url:
        race(f"{url}?schema=training", tmp_path)
