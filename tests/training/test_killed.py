"""A chain whose worker is killed with -9 while a model learns: it goes on, and one version comes of it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from longhand.contracts.learning import Step
from longhand.contracts.models import Deployment
from longhand.registry.registry import Registry
from longhand.samples.blobs import Blobs
from longhand.samples.files import Files
from longhand.samples.gatherings import Gathering, Gatherings
from longhand.samples.tables import metadata
from longhand.samples.versions import Line, Versions
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.state import migrate, open_engine
from services.training.chain.chains import Chains
from services.training.chain.lane import Lane, Recipe
from services.training.settings import TrainingSettings
from services.training.worker import working
from tests.service import busy
from tests.training.checkout import make_bundle
from tests.training.test_chain import Gate, Site
from tests.training.test_train import start_worker
from tests.training.test_tuning import TUNING

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def wait(happens: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < until
        time.sleep(0.05)


def _push(lane: Lane, chains: Chains) -> Step:
    lane.push()
    (chain,) = chains.open()
    return chain.step


def test_a_fine_tune_whose_worker_is_killed_is_done_by_the_next_and_registered_once(
    settings: TrainingSettings, registry: Registry, tmp_path: Path
) -> None:
    begun = tmp_path / "begun"
    slow = f"import pathlib, time\npathlib.Path({str(begun)!r}).open('a').write('x')\ntime.sleep(1)\n"
    (settings.source / "pipelines" / "tuning.py").write_text(slow + TUNING)
    first = registry.register("characters", make_bundle(tmp_path / "shipped", "shipped"), {}, {}, {})
    known, before = registry.deployment("characters"), len(registry.versions("characters"))
    registry.deploy("characters", Deployment(epoch=known.epoch + 1 if known else 1, champion=first))
    files, journal = Files(settings.store_url), open_engine(f"sqlite:///{tmp_path / 'ingestion.db'}")
    metadata.create_all(journal)
    line = Line(Blobs(files).put(b"picture"), "7", "ann", "train", "corrections", "r-1")
    frozen = Versions(files).freeze("corrections-character", [line], {}).version
    Gatherings(journal).add(Gathering("character", frozen, 1, 1, 9, NOON, False, "count", "longhand", NOON, {}))

    engine = open_engine(settings.state_url)
    for package in ("longhand.servicekit.jobs", "services.training"):
        migrate(engine, package)
    store = JobStore(engine, "trn")
    chains, site = Chains(store), Site({"characters": Deployment(epoch=1, champion=first)})
    lane = Lane(chains, store, Gatherings(journal), site, Gate(), site, Recipe("starter", list))
    lane.push()
    doomed = start_worker(settings)
    try:
        wait(begun.exists)
    finally:
        doomed.kill()
        doomed.wait()
    lane.push()
    assert [chain.step for chain in chains.open()] == [Step.LEARNING]
    with working(settings) as worker, busy(worker):
        wait(lambda: _push(lane, chains) is Step.JUDGING)
    (chain,) = chains.open()
    assert begun.read_text() == "xx"
    engine.dispose()
    journal.dispose()
    made = registry.versions("characters")
    assert (len(made), made[0].version, made[0].tags["kind"]) == (before + 1, chain.version, "fine-tune")
