"""A correction in the journal becomes a version of a person's own, through the process that adapts."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from longhand.bundles.adapter import unpack
from longhand.bundles.card import read_card
from longhand.contracts.jobs import AdaptRequest
from longhand.contracts.readings import Task
from longhand.datasets.sample import Sample
from longhand.samples.blobs import Blobs
from longhand.samples.files import Files
from longhand.samples.journal import Journal
from longhand.samples.lessons import Lessons
from longhand.samples.record import Record
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.state import migrate, open_engine
from services.training.adapting.child import Desk
from services.training.adapting.material import Material
from services.training.adapting.records import Adaptations
from services.training.deployment.deployer import Deployer
from services.training.deployment.records import Author
from tests.bundles import stroke_counter
from tests.prediction.pictures import word
from tests.training.fakes import FolderRegistry

ANN = AdaptRequest(user="ann")


class Bundles(FolderRegistry):
    """Every version is the same bundle."""

    def __init__(self, folder: Path, bundle: Path) -> None:
        super().__init__(folder)
        self.bundle, self.downloads = bundle, 0

    def download(self, name: str, version: int, to: Path) -> Path:
        self.downloads += 1
        return Path(shutil.copytree(self.bundle, to, dirs_exist_ok=True))


def gather(task: Task) -> Material:
    """A few words that the bundle reads right."""
    samples = [Sample("made", str(n), "a" * n, str(n), "gate", partial(word, 20 + 20 * n)) for n in (1, 2, 3)]
    return Material(samples, samples, drawn=True)


class Bench:
    """A journal, a store of pictures, and a desk at which it is adapted."""

    def __init__(self, folder: Path) -> None:
        self.engines = [open_engine(f"sqlite:///{folder / name}.db") for name in ("journal", "state")]
        journal, state = self.engines
        migrate(journal, "services.ingestion")
        migrate(state, "longhand.servicekit.jobs")
        migrate(state, "services.training")
        self.registry = Bundles(folder, stroke_counter(folder / "text", "a"))
        self.journal, self.blobs = Journal(journal), Blobs(Files(str(folder / "store")))
        self.deployer, self.adaptations = Deployer(state, self.registry), Adaptations(JobStore(state, "trn"))
        places = (self.blobs, self.registry, folder / "bundles")
        self.desk = Desk(self.deployer, self.adaptations, Lessons(journal), *places, gather=gather)
        self.deployer.promote("text", 1, Author("admin1", None))

    def correct(self, id: str, strokes: int, text: str) -> None:
        picture = self.blobs.put(word(20 + 20 * strokes))
        record = Record(id, "ann", datetime.now(UTC), picture, "text", "a" * strokes, 0.9, "accept", "text", 1)
        self.journal.take(record)
        self.journal.correct(id, text, "ann")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    for engine in bench.engines:
        engine.dispose()


def test_a_correction_serves_its_person(bench: Bench) -> None:
    bench.correct("r1", 4, "aaaa")
    assert bench.desk.work(ANN) == {"text": "corrections learned from: 1"}
    known = bench.deployer.adapter("text", "ann")
    assert known is not None and known.adapter is not None and known.version == 1
    adapter = unpack(bench.registry.people.adapters[known.adapter], known.adapter)
    assert adapter.network == read_card(bench.registry.bundle).sha256
    (made,) = bench.adaptations.of("ann")
    assert (made.adapter, made.corrections, made.reason) == (known.adapter, 1, "")


def test_a_network_is_loaded_once_and_again_for_another_champion(bench: Bench) -> None:
    assert bench.desk.work(AdaptRequest()) == {"text": "ready"}
    bench.correct("r1", 4, "aaaa")
    bench.desk.work(ANN)
    assert bench.registry.downloads == 1
    bench.deployer.promote("text", 2, Author("admin1", None))
    bench.desk.work(ANN)
    known = bench.deployer.adapter("text", "ann")
    assert known is not None and known.version == 2 and bench.registry.downloads == 2


def test_a_correction_that_cannot_be_learned_changes_nothing_and_says_why(bench: Bench) -> None:
    bench.correct("r1", 4, "aaaa")
    bench.desk.work(ANN)
    before = bench.deployer.adapter("text", "ann")
    bench.correct("r2", 5, "a")
    assert "not be read right" in bench.desk.work(ANN)["text"]
    assert bench.deployer.adapter("text", "ann") == before


def test_who_takes_back_all_is_answered_as_everybody(bench: Bench) -> None:
    bench.correct("r1", 4, "aaaa")
    bench.desk.work(ANN)
    bench.journal.withdraw("r1", "ann")
    assert bench.desk.work(ANN) == {"text": "there are no corrections"}
    assert bench.deployer.adapter("text", "ann") is None and bench.adaptations.of("ann") == []


def test_a_picture_that_was_deleted_is_left_out(bench: Bench) -> None:
    bench.correct("r1", 4, "aaaa")
    bench.correct("r2", 5, "aaaaa")
    bench.blobs.drop(bench.blobs.key(word(20 + 20 * 4)))
    assert bench.desk.work(ANN) == {"text": "corrections learned from: 2"}
