"""What tests of the gate share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from longhand.servicekit.state import migrate, open_engine
from services.training.gate.records import Gates


@pytest.fixture
def gates(tmp_path: Path) -> Iterator[Gates]:
    engine = open_engine(f"sqlite:///{tmp_path}/state.db")
    migrate(engine, "services.training")
    yield Gates(engine)
    engine.dispose()
