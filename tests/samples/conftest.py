"""A journal on a real SQLite file, and readings for it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from longhand.samples.journal import Journal
from longhand.samples.record import Record
from longhand.samples.tables import metadata
from longhand.servicekit.state import open_engine


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'state.db'}", durable=False)
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def journal(engine: Engine) -> Journal:
    return Journal(engine)


def make_record(id: str = "r-1", **changed: Any) -> Record:
    """A reading of ann's, but for what is changed."""
    whole = {
        "id": id, "by": "ann", "received_at": datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC), "picture": "a" * 64,
        "task": "text", "text": "Genf", "confidence": 0.9, "decision": "accept", "model": "text", "version": 3,
        "writer": "w7", "details": {"elapsed_ms": 4.5, "alternatives": [{"text": "Gent", "confidence": 0.1}]},
    }  # fmt: skip
    return Record(**whole | changed)
