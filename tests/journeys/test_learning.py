"""Thirty corrections of characters become a version: gathered, learned by the shipped model, registered."""

from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from longhand.contracts.jobs import FineTuneRequest
from longhand.contracts.learning import GatherRequest
from longhand.contracts.models import Deployment, ModelName
from longhand.contracts.readings import Task
from longhand.datasets.catalogue import load
from longhand.registry.registry import Registry
from longhand.samples.blobs import Blobs
from longhand.samples.files import Files
from longhand.samples.journal import Journal
from longhand.samples.record import Record, Said
from longhand.samples.sides import Side, side_of
from longhand.samples.trust import Rule
from longhand.servicekit.state import migrate, open_engine
from services.ingestion.gathering.gatherer import Gatherer
from services.ingestion.gathering.wiring import make_gatherer
from services.training.tuning.child import Places, tune
from tests.mlflow import mlflow_server
from tests.real import data_sets

ROOT = Path(__file__).parents[2]
COUNT = 30


def correct(gatherer: Gatherer, journal: Journal) -> int:
    """Readings of real characters that were misread, each corrected by a reviewer; how many are learned from."""
    taught = 0
    for number, sample in enumerate(one for one in load("hand-written-62", data_sets()) if one.split == "train"):
        content = sample.read()
        picture = gatherer.blobs.put(content, durable=False)
        now = datetime.now(UTC)
        journal.take(
            Record(f"r-{number}", "ann", now, picture, "character", "x", 0.5, "review", "characters", 1, writer="w")
        )
        journal.correct(f"r-{number}", sample.text, "rita", Said(role="reviewer"))
        taught += side_of(sha256(content).hexdigest()) is Side.TRAIN
        if taught == COUNT:
            break
    return taught


@pytest.mark.prove
def test_thirty_corrections_of_characters_become_a_registered_version(tmp_path: Path) -> None:
    engine, store = open_engine(f"sqlite:///{tmp_path / 'state.db'}"), tmp_path / "store"
    migrate(engine, "services.ingestion")
    gatherer = make_gatherer(engine, Files(store), Rule())
    assert isinstance(gatherer.blobs, Blobs) and correct(gatherer, Journal(engine)) == COUNT
    made = gatherer.gather(Task("character"), GatherRequest(), "ada")
    assert made is not None and made.corrections == COUNT
    engine.dispose()

    with mlflow_server(tmp_path) as url, closing(Registry(url)) as registry:
        first = registry.register("characters", ROOT / "bundles" / "characters", {}, {}, {"kind": "full"})
        registry.deploy("characters", Deployment(epoch=1, champion=first))
        request = FineTuneRequest(model=ModelName("characters"), dataset=made.version, steps=40)
        outcome = tune(request, Places(ROOT, tmp_path / "tunings", str(store), url), "trn-1")
        version = registry.version("characters", outcome["version"])
    assert (outcome["corrections"], outcome["started_from"], outcome["replay"]) == (COUNT, "characters/1", "base")
    found = version.metrics
    assert found["corrections.cer_after"] <= found["corrections.cer_before"]
    assert found["mnist.cer_after"] <= found["mnist.cer_before"] + 0.003
