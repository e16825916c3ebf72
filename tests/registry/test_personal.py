"""People's own versions, through a real MLflow server, as many as there may be one day."""

import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from longhand.registry.errors import RegistryUnavailable
from longhand.registry.registry import Registry
from longhand.servicekit.state import migrate, open_engine
from services.training.deployment.deployer import Deployer
from services.training.deployment.people import People
from services.training.deployment.tables import personal
from tests.ports import free_port
from tests.registry.test_registry import make_bundle, register

ROWS = 5000


@pytest.fixture
def registry(mlflow_url: str) -> Iterator[Registry]:
    with closing(Registry(mlflow_url)) as registry:
        yield registry


def test_of_thousands_a_reader_gets_what_changed_since_its_cursor(registry: Registry, tmp_path: Path) -> None:
    name = f"text-{uuid.uuid4().hex[:8]}"
    version = register(registry, name, make_bundle(tmp_path / "b"))
    engine = open_engine(f"sqlite:///{tmp_path / 'state.db'}")
    migrate(engine, "services.training")
    rows = [{"model": name, "user": f"user {n}", "version": version, "number": n} for n in range(1, ROWS + 1)]
    with engine.begin() as connection:
        connection.execute(personal.insert(), rows)
    deployer = Deployer(engine, registry)
    assert registry.standing(name).cursor == 0
    deployer.follower.repair()
    everybody = registry.personal(name, 0)
    assert everybody.cursor == registry.standing(name).cursor == ROWS and len(everybody.versions) == ROWS

    deployer.assign(name, "user 7", None)
    deployer.assign(name, "ann", version)
    started = time.monotonic()
    changes = registry.personal(name, ROWS)
    assert changes.versions == {"user 7": None, "ann": version}
    assert (changes.cursor, registry.personal(name, changes.cursor).versions) == (ROWS + 2, {})
    assert time.monotonic() - started < 2
    assert {user for user, own in registry.personal(name, 0).versions.items() if own} == (
        {f"user {n}" for n in range(1, ROWS + 1) if n != 7} | {"ann"}
    )
    assert People(engine).count(name) == ROWS + 1
    engine.dispose()


def test_a_server_that_is_away_is_unavailable() -> None:
    with (
        closing(Registry(f"http://127.0.0.1:{free_port()}", timeout=2)) as away,
        pytest.raises(RegistryUnavailable),
    ):
        away.personal("text", 0)
