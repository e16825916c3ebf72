"""What the journal has no longer, no decision names."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from longhand.contracts.gates import GateChange
from longhand.contracts.holdings import Subject
from longhand.samples.blobs import Blobs
from longhand.samples.files import Files
from longhand.samples.holdings import Said
from longhand.samples.journal import Journal
from longhand.samples.record import Said as Rank
from longhand.samples.retention import expire
from longhand.servicekit.state import migrate, open_engine, open_reader
from services.training.gate.forgetting import Forgetting
from services.training.gate.records import Gates
from tests.samples.conftest import make_record
from tests.training.gate.test_records import PICTURE, decision

OLD, NEW = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)


def read(id: str, text: str | None) -> GateChange:
    return GateChange(id=id, source="corrections", champion=2, challenger=0, text=text)


@dataclass(frozen=True)
class Bench:
    """Ann's readings with what she and the reviewer Rita said of them, and decisions that name them."""

    journal: Journal
    gates: Gates
    forgetting: Forgetting

    def correct(self, id: str, text: str, by: str = "ann", received: datetime = NEW) -> None:
        self.journal.take(make_record(id, received_at=received))
        self.journal.correct(id, text, by, Rank(role="reviewer") if by == "rita" else None)

    def named(self, *changed: GateChange) -> list[tuple[str, str | None]]:
        """What a decision still names once all is forgotten that is to be."""
        self.gates.keep(decision(2, True).model_copy(update={"changed": [*changed, PICTURE]}), {})
        self.forgetting.forget()
        assert self.forgetting.forget() == 0
        return [(one.id, one.text) for one in self.gates.get("text", 2).changed]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    urls = [f"sqlite:///{tmp_path}/{name}.db" for name in ("ingestion", "training")]
    journal, engine = (open_engine(url) for url in urls)
    migrate(journal, "services.ingestion")
    migrate(engine, "services.training")
    yield Bench(Journal(journal), Gates(engine), Forgetting(engine, open_reader(urls[0])))
    journal.dispose()
    engine.dispose()


def test_what_stands_and_what_was_superseded_is_named_for_as_long_as_the_journal_has_it(bench: Bench) -> None:
    bench.correct("r-1", "Wien")
    bench.correct("r-1", "Bern")
    named = [read("r-1", "Wien"), read("r-1", "Bern")]
    assert bench.named(named[0]) == [("r-1", "Wien"), ("dhsd/1.png", None)]
    assert bench.named(*named) == [("r-1", "Wien"), ("r-1", "Bern"), ("dhsd/1.png", None)]


def test_a_reading_whose_time_is_over_is_named_no_longer(bench: Bench, tmp_path: Path) -> None:
    bench.correct("r-1", "Wien", received=OLD)
    bench.correct("r-2", "Wien")
    expire(bench.journal._engine, Blobs(Files(tmp_path)), datetime(2026, 2, 1, tzinfo=UTC))
    kept = bench.named(read("r-1", "Wien"), read("r-1", None), read("r-2", "Wien"), read("r-2", None))
    assert kept == [("r-2", "Wien"), ("r-2", None), ("dhsd/1.png", None)]


def test_words_that_somebody_had_erased_go_and_those_of_others_stay(bench: Bench) -> None:
    bench.correct("r-1", "Bern")
    bench.correct("r-1", "Wien", by="rita")
    Said(bench.journal._engine).delete(Subject(name="rita"))
    assert bench.named(read("r-1", "Wien"), read("r-1", "Bern")) == [("r-1", "Bern"), ("dhsd/1.png", None)]


def test_nothing_is_forgotten_while_the_journal_is_out_of_reach(bench: Bench, tmp_path: Path) -> None:
    bench.correct("r-1", "Wien")
    assert bench.named(read("r-1", "Wien"))[0] == ("r-1", "Wien")
    away = Forgetting(bench.gates._engine, open_reader(f"sqlite:///{tmp_path}/nothing.db"))
    with pytest.raises(OperationalError):
        away.forget()
    assert bench.gates.get("text", 2).changed[0].text == "Wien"
