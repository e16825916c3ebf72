"""A registry with a version of each model, and the gateway's keys."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from longhand.servicekit.keys import create_keys
from tests.prediction.fakes import FakeRegistry


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    create_keys(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


@pytest.fixture
def registry() -> FakeRegistry:
    registry = FakeRegistry()
    for name in ("text", "characters"):
        registry.add(name, 1)
        registry.deploy(name, 1)
    return registry
