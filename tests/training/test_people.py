"""People's own versions in training's database, and the pages that the registry is given."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from longhand.contracts.models import PersonalVersion
from longhand.registry.errors import NotRegistered
from longhand.servicekit.state import migrate, open_engine
from services.training.deployment.deployer import Deployer
from services.training.deployment.people import People
from tests.training.fakes import FolderRegistry

PAGE = 20


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'state.db'}")
    migrate(engine, "services.training")
    yield engine
    engine.dispose()


@pytest.fixture
def registry(tmp_path: Path) -> FolderRegistry:
    return FolderRegistry(tmp_path)


def test_a_person_has_one_version_and_each_change_the_next_number(engine: sa.Engine) -> None:
    people = People(engine)
    for user, version in (("ann", 1), ("bob", 2), ("ann", 3)):
        people.assign("text", user, version)
    people.assign("characters", "ann", 9)
    assert people.changes("text", 0) == [
        PersonalVersion(user="bob", version=2, number=2),
        PersonalVersion(user="ann", version=3, number=3),
    ]
    assert people.changes("text", 2) == [PersonalVersion(user="ann", version=3, number=3)]
    assert (people.cursor("text"), people.cursor("characters"), people.count("text")) == (3, 1, 2)


def test_those_who_have_none_any_more_are_a_change_but_not_on_the_list(engine: sa.Engine) -> None:
    people = People(engine)
    people.assign("text", "ann", 1)
    people.assign("text", "bob", 1)
    people.assign("text", "ann", None)
    assert people.changes("text", 2) == [PersonalVersion(user="ann", version=None, number=3)]
    assert [row.user for row in people.page("text", "", 10)] == ["bob"]
    assert people.page("text", "bob", 10) == []


def test_many_writers_share_no_number(engine: sa.Engine) -> None:
    people = People(engine)

    def write(writer: int) -> None:
        for number in range(20):
            people.assign("text", f"user {writer}-{number}", 1)

    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [row.number for row in people.changes("text", 0)] == list(range(1, 81))


def test_an_assigned_version_is_published_at_once_and_has_to_exist(engine: sa.Engine, registry: FolderRegistry) -> None:
    deployer = Deployer(engine, registry)
    deployer.assign("text", "ann", 3)
    assert registry.people.show("text").cursor == 1
    with pytest.raises(NotRegistered):
        deployer.assign("text", "ann", 10_000)
    assert [row.version for row in deployer.people("text", "", 10)] == [3]


def test_a_change_among_thousands_writes_one_page(engine: sa.Engine, registry: FolderRegistry) -> None:
    people, deployer = People(engine), Deployer(engine, registry, PAGE)
    for number in range(2 * PAGE + 5):
        people.assign("text", f"user {number:04}", 1)
    deployer.follower.follow("text")
    assert [page.rows for page in registry.people.show("text").pages] == [PAGE, PAGE, 5]
    registry.people.placed = 0
    deployer.assign("text", "user 0003", 2)
    assert registry.people.placed == 6
    assert [page.rows for page in registry.people.show("text").pages] == [PAGE, PAGE, 6]


def test_pages_do_not_grow_with_the_changes_of_a_few(
    engine: sa.Engine, registry: FolderRegistry, tmp_path: Path
) -> None:
    people, deployer = People(engine), Deployer(engine, registry, PAGE)
    for number in range(5 * PAGE):
        people.assign("text", f"user {number % 7}", number + 1)
        if number % PAGE == PAGE - 1:
            deployer.follower.follow("text")
    pages = registry.people.show("text")
    assert pages.cursor == 5 * PAGE and pages.rows <= 2 * 7 + 2 * PAGE
    assert {page.file for page in pages.pages} == {file.name for file in tmp_path.glob("*.page")}


def test_what_the_registry_has_lost_is_published_again(
    engine: sa.Engine, registry: FolderRegistry, tmp_path: Path
) -> None:
    deployer = Deployer(engine, registry)
    deployer.assign("text", "ann", 3)
    (tmp_path / "text-pages.json").unlink()
    deployer.follower.repair()
    assert registry.people.show("text").cursor == 1
