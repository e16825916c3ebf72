"""The same containers on PostgreSQL, by the overlay that says nothing but addresses."""

from pathlib import Path

import pytest

from tests.containers.engine import containers

pytestmark = pytest.mark.prove

FILES = "import pathlib; print(*pathlib.Path('/var/lib/longhand').rglob('*.db'))"


def test_a_data_set_is_taken_in_on_postgresql_in_containers(tmp_path: Path) -> None:
    with containers(tmp_path, "docker-compose.database.yml") as up:
        job = up.ingest("digits")
        assert job["status"] == "succeeded", job
        assert [up.run(service, FILES) for service in ("gateway", "ingestion", "training")] == ["", "", ""]
        health = up.health()
        assert {health[name] for name in ("postgres", "ingestion-worker", "training-worker")} == {"healthy"}
