"""An adapter is published, replaced and taken away, and with a person goes what is theirs."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from longhand.bundles.adapter import Adapter
from longhand.contracts.accounts import Role
from longhand.contracts.holdings import Subject
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.state import migrate, open_engine
from longhand.servicekit.tokens import Caller
from services.training.adapting.holding import OwnModels
from services.training.adapting.records import Adaptation, Adaptations
from services.training.adapting.routes import adapting_router
from services.training.deployment.deployer import Deployer
from services.training.deployment.records import Author
from tests.training.fakes import FolderRegistry


def build(mark: float) -> Adapter:
    return Adapter("f" * 64, 1.0, np.zeros((2, 2), np.float16), np.array([mark, 0], np.float16))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'state.db'}")
    migrate(engine, "longhand.servicekit.jobs")
    migrate(engine, "services.training")
    yield engine
    engine.dispose()


@pytest.fixture
def registry(tmp_path: Path) -> FolderRegistry:
    return FolderRegistry(tmp_path)


def test_the_list_of_people_names_the_adapter_and_its_file_is_there(
    engine: sa.Engine, registry: FolderRegistry
) -> None:
    deployer, first, second = Deployer(engine, registry), build(1), build(2)
    deployer.promote("text", 3, Author("admin1", None))
    deployer.adapt("text", "ann", 3, first)
    deployer.adapt("text", "ann", 3, second)
    assert registry.people.adapters == {second.digest: second.pack()}
    changes = registry.people.read("text", 0)
    assert (changes.versions, changes.adapters) == ({"ann": 3}, {"ann": second.digest})


def test_people_of_a_former_champion_are_named(engine: sa.Engine, registry: FolderRegistry) -> None:
    deployer = Deployer(engine, registry)
    deployer.promote("text", 3, Author("admin1", None))
    deployer.adapt("text", "ann", 3, build(1))
    deployer.assign("text", "bob", 2)
    assert deployer.outdated("text") == []
    deployer.promote("text", 4, Author("admin1", None))
    assert deployer.outdated("text") == ["ann"]


def test_what_is_a_persons_is_found_and_deleted(engine: sa.Engine, registry: FolderRegistry) -> None:
    adaptations, deployer, ann = Adaptations(JobStore(engine, "trn")), Deployer(engine, registry), Subject(name="ann")
    deployer.promote("text", 3, Author("admin1", None))
    deployer.adapt("text", "ann", 3, build(1))
    adaptations.note(Adaptation("text", "ann", 3, build(1).digest, 1, "", 5.0, 9.0))
    adaptations.note(Adaptation("text-fast", "ann", 3, None, 1, "Other pictures would be read worse.", 5.0, 9.0))
    holding = OwnModels(adaptations, deployer)
    assert [held.place for held in holding.delete(ann)] == ["text", "text-fast"]
    assert holding.find(ann) == holding.delete(ann) == []
    assert registry.people.adapters == {} and registry.people.read("text", 0).versions == {"ann": None}


def test_a_refused_version_leaves_the_one_before_which_is_said_to_serve(
    engine: sa.Engine, registry: FolderRegistry
) -> None:
    adaptations, deployer = Adaptations(JobStore(engine, "trn")), Deployer(engine, registry)
    deployer.promote("text", 3, Author("admin1", None))
    deployer.adapt("text", "ann", 3, build(1))
    for model in ("text", "text-fast"):
        adaptations.note(Adaptation(model, "ann", 3, None, 2, "Other pictures would be read worse.", 5.0, 9.0))

    async def ann() -> Caller:
        return Caller("ann", Role.USER)

    app = FastAPI()
    app.include_router(adapting_router(adaptations, deployer, ann))
    items = TestClient(app).get("/adaptations").json()["items"]
    assert [(one["model"], one["adapter"], one["serves"]) for one in items] == [
        ("text", None, True),
        ("text-fast", None, False),
    ]


def test_taking_away_what_is_not_there_changes_nothing(engine: sa.Engine, registry: FolderRegistry) -> None:
    deployer = Deployer(engine, registry)
    deployer.assign("text", "ann", 2)
    assert deployer.unadapt("text", "ann") is None and deployer.unadapt("text", "bob") is None
    assert deployer.people("text", "", 10)[0].version == 2, "a version of their own that an admin gave stays"
