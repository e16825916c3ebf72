"""A correction in the journal becomes a version of a person's own, through the process that adapts."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from longhand.bundles.adapter import Adapter, unpack
from longhand.bundles.card import read_card
from longhand.contracts.jobs import AdaptRequest
from longhand.contracts.readings import Task
from longhand.datasets.sample import Sample
from longhand.registry.errors import RegistryUnavailable
from longhand.samples.blobs import Blobs
from longhand.samples.files import Files
from longhand.samples.journal import Journal
from longhand.samples.lessons import Lessons
from longhand.samples.record import Record
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.state import migrate, open_engine
from services.training.adapting.child import work_patiently
from services.training.adapting.desk import Desk
from services.training.adapting.fitting import ENOUGH, Fitting, Shown, Verdict
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

    def download(self, name: str, version: int, to: Path, whole: bool = False) -> Path:
        self.downloads += 1
        return Path(shutil.copytree(self.bundle, to, dirs_exist_ok=True))

    def adapter(self, name: str, digest: str) -> bytes:
        return self.people.adapters[digest]


def gather(task: Task) -> Material:
    """A few words that the bundle reads right."""
    samples = [Sample("made", str(n), "a" * n, str(n), "gate", partial(word, 20 + 20 * n)) for n in (1, 2, 3)]
    return Material(samples, samples, drawn=True)


class Sharing:
    """Knows which shifts a person needs without learning them, and counts whom it was asked about."""

    asked = 0

    def __init__(self, bundle: Path) -> None:
        """Any bundle will do."""

    def fittings(self, fitting: Fitting, shown: Sequence[Shown]) -> Iterator[Fitting]:
        Sharing.asked += 1
        for shift in (-1000.0, 0.25):  # the first would read nobody's pictures
            yield fitting.shift(np.array([0, shift], np.float16), len(shown))


class Bench:
    """A journal, a store of pictures, and a desk at which it is adapted."""

    def __init__(self, folder: Path, shifts: bool = False) -> None:
        self.engines = [open_engine(f"sqlite:///{folder / name}.db") for name in ("journal", "state")]
        journal, state = self.engines
        migrate(journal, "services.ingestion")
        migrate(state, "longhand.servicekit.jobs")
        migrate(state, "services.training")
        self.registry = Bundles(folder, stroke_counter(folder / "text", "a", shifts=shifts))
        self.journal, self.blobs = Journal(journal), Blobs(Files(str(folder / "store")))
        self.deployer, self.adaptations = Deployer(state, self.registry), Adaptations(JobStore(state, "trn"))
        self.store = self.adaptations._store
        places = (self.blobs, self.registry, folder / "bundles")
        self.desk = Desk(self.deployer, self.adaptations, Lessons(journal), *places, gather=gather)
        self.deep = replace(self.desk, deepen=Sharing)
        self.deployer.promote("text", 1, Author("admin1", None))

    def correct(self, id: str, strokes: int, text: str) -> None:
        picture = self.blobs.put(word(20 + 20 * strokes))
        record = Record(id, "ann", datetime.now(UTC), picture, "text", "a" * strokes, 0.9, "accept", "text", 1)
        self.journal.take(record)
        self.journal.correct(id, text, "ann")

    def adapter(self) -> Adapter:
        known = self.deployer.adapter("text", "ann")
        assert known is not None and known.adapter is not None
        return unpack(self.registry.people.adapters[known.adapter], known.adapter)

    def deepened(self) -> int:
        """How often a second step was asked for and waits."""
        return len(self.store.list_kinds(("deepen",)))


@pytest.fixture(params=[False])
def bench(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Bench]:
    bench = Bench(tmp_path, shifts=request.param)
    yield bench
    for engine in bench.engines:
        engine.dispose()


SHIFTED = pytest.mark.parametrize("bench", [True], indirect=True)
"""With a bundle whose network takes shifts."""


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


@SHIFTED
def test_from_some_corrections_on_a_second_step_is_asked_for_once(bench: Bench) -> None:
    for number in range(ENOUGH - 1):
        bench.correct(f"r{number}", 4 + number % 3, "a" * (4 + number % 3))
    bench.desk.work(ANN)
    assert bench.deepened() == 0
    bench.correct("last", 8, "a" * 8)
    for number in range(ENOUGH):
        bench.correct(f"s{number}", 9 + number, "a" * (9 + number))
    bench.desk.work(ANN)
    bench.desk.work(ANN)
    assert bench.deepened() == 1


@SHIFTED
def test_the_second_step_gives_the_network_shifts_that_others_can_bear(bench: Bench) -> None:
    bench.correct("r1", 4, "aaaa")
    assert bench.deep.work(ANN) == {"text": "corrections learned from: 1"}
    assert len(bench.store.list_kinds(("adapt",))) == 1, "the first step comes again, for what was corrected meanwhile"
    made = bench.adapter()
    assert made.shifts.tolist() == [0, 0.25] and made.lessons == 1
    assert [one.deep_corrections for one in bench.desk.adaptations.of("ann")] == [1]
    asked = Sharing.asked
    bench.correct("r2", 5, "aaaaa")
    assert bench.desk.work(ANN) == {"text": "corrections learned from: 2"}
    assert bench.adapter().shifts.tolist() == [0, 0.25], "the first step goes on from the shifts"
    assert [(one.corrections, one.deep_corrections) for one in bench.desk.adaptations.of("ann")] == [(2, 1)]
    assert Sharing.asked == asked and bench.adapter().digest != made.digest


@SHIFTED
def test_a_first_step_that_began_before_the_second_ended_goes_on_above_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.correct("r1", 4, "aaaa")
    fit = bench.desk._fit

    def fit_while_the_other_ends(*given: Any) -> Verdict:
        verdict = fit(*given)
        if not Sharing.asked:
            bench.deep.work(ANN)
        return verdict

    monkeypatch.setattr(Sharing, "asked", 0)
    monkeypatch.setattr(bench.desk, "_fit", fit_while_the_other_ends)
    bench.desk.work(ANN)
    assert bench.adapter().shifts.tolist() == [0, 0.25]


@SHIFTED
def test_an_adapter_that_is_damaged_is_made_anew(bench: Bench) -> None:
    bench.correct("r1", 4, "aaaa")
    bench.deep.work(ANN)
    bench.registry.people.adapters[bench.adapter().digest] = b"damaged"
    bench.correct("r2", 5, "aaaaa")
    assert bench.desk.work(ANN) == {"text": "corrections learned from: 2"}
    assert not len(bench.adapter().shifts)


@SHIFTED
def test_after_a_promotion_the_shifts_of_another_network_are_forgotten(bench: Bench) -> None:
    bench.correct("r1", 4, "aaaa")
    bench.deep.work(ANN)
    bench.deployer.promote("text", 2, Author("admin1", None))
    bench.desk.work(ANN)
    assert not len(bench.adapter().shifts)


def test_a_network_that_takes_no_shifts_has_one_step(bench: Bench) -> None:
    bench.correct("r1", 4, "aaaa")
    bench.desk.work(ANN)
    before = bench.adapter()
    assert bench.deep.work(ANN) == {"text": "this model has one step"}
    assert bench.adapter().digest == before.digest


def test_a_registry_that_is_away_is_asked_again_until_patience_ends() -> None:
    asked = list[int]()

    def work() -> str:
        asked.append(len(asked))
        if len(asked) < 3:
            raise RegistryUnavailable("The MLflow server does not answer.")
        return "done"

    assert work_patiently(work, patience=60, pause=0) == "done" and asked == [0, 1, 2]
    asked.clear()
    with pytest.raises(RegistryUnavailable):
        work_patiently(work, patience=0, pause=0)
