"""What a version was made of."""

from datetime import UTC, datetime
from typing import Any

import pytest

from longhand.contracts.models import ModelVersion
from longhand.registry.errors import NotRegistered
from services.training.deployment.lineage import STEPS, trace


class Versions:
    """A registry of versions in memory."""

    def __init__(self, **tags: dict[str, str]) -> None:
        self._tags = tags

    def version(self, name: str, version: int) -> ModelVersion:
        if f"v{version}" not in self._tags:
            raise NotRegistered(f"There is no version {version} of a model {name}.")
        card: dict[str, Any] = {"preprocessing": "text-3", "temperature": 0.9, "commit": "card", "guard": {}}
        made = datetime(2026, 1, version, tzinfo=UTC)
        tags = self._tags[f"v{version}"]
        return ModelVersion(name=name, version=version, created_at=made, run_id="run-7", card=card, tags=tags)


def test_an_origin_names_run_commit_preprocessing_calibration_and_data() -> None:
    made = trace(Versions(v1={"commit": "abc", "dataset_version": "d1", "recipe": "full"}), "text", 1)
    assert (made.run_id, made.commit, made.recipe, made.preprocessing) == ("run-7", "abc", "full", "text-3")
    assert (made.calibration.temperature, made.calibration.threshold, made.datasets) == (0.9, None, ["d1"])


def test_a_fine_tune_names_the_version_that_it_began_from() -> None:
    registry = Versions(v1={"dataset_version": "d1"}, v2={"dataset_version": "d2", "started_from": "text/1"})
    made = trace(registry, "text", 2)
    assert made.started_from is not None
    assert (made.datasets, made.started_from.version, made.started_from.datasets) == (["d2"], 1, ["d1"])


def test_a_version_that_is_gone_or_begins_from_itself_ends_the_line() -> None:
    assert trace(Versions(v2={"started_from": "text/1"}), "text", 2).started_from is None
    made, depth = trace(Versions(v2={"started_from": "text/2"}), "text", 2), 0
    while made.started_from:
        made, depth = made.started_from, depth + 1
    assert depth == STEPS
    with pytest.raises(NotRegistered):
        trace(Versions(), "text", 1)
