"""Which corrections the models learn from, and the notes of what was gathered."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from longhand.samples.gathering import gather, group_of, lines
from longhand.samples.gatherings import Gathering, Gatherings
from longhand.samples.sides import Side
from longhand.samples.tables import metadata
from longhand.servicekit.state import open_engine

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Corrected:
    """A correction that stands."""

    number: int
    text: str = "Genf"
    picture: str = ""
    by: str = "ann"
    answer: str = "text"
    trusted: bool = True
    side: Side = Side.TRAIN
    document: str | None = None
    writer: str | None = None
    task: str = "text"

    @property
    def reading(self) -> str:
        return f"r-{self.number}"

    @property
    def at(self) -> datetime:
        return NOON + timedelta(minutes=self.number)


def test_only_trusted_texts_of_the_training_half_are_learned_from_and_the_rest_is_counted() -> None:
    standing = [
        Corrected(4, "Bern", "b" * 64),
        Corrected(3, "Genf", "a" * 64),
        Corrected(5, "Chur", "c" * 64, side=Side.GATE),
        Corrected(6, "Chur", "d" * 64, trusted=False),
        Corrected(7, "", "e" * 64, answer="not_readable"),
    ]
    found = gather(standing)
    assert [one.reading for one in found.taken] == ["r-3", "r-4"]
    assert (found.gate, found.upto, [one.number for one in found.since(3)]) == (1, 4, [4])
    assert found.left_out == {"by people who are not trusted yet": 1, "not readable": 1}


def test_a_picture_that_came_twice_is_learned_once_and_one_that_is_read_differently_never() -> None:
    alike = [Corrected(n, "Zu\u0308rich" if n == 1 else "Zürich", "a" * 64) for n in (2, 1)]
    found = gather([*alike, Corrected(3, "Bern", "b" * 64), Corrected(4, "Gern", "b" * 64)])
    assert [one.number for one in found.taken] == [1]
    assert found.left_out == {"copies of a picture": 1, "pictures that people read differently": 2}


def test_a_line_is_named_by_its_reading_and_grouped_by_writer_else_document_else_person() -> None:
    whole = Corrected(1, "Genf", "a" * 64, writer="w7", document="d1")
    groups = [group_of(whole), group_of(Corrected(2, document="d1")), group_of(Corrected(3))]
    assert groups == ["ann: writer w7", "ann: document d1", "ann"]
    (line,) = lines([whole], lambda picture: ".jpg")
    assert (line.name, line.set, line.split, line.image) == ("r-1", "corrections", "train", f"images/aa/{'a' * 64}.jpg")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'state.db'}")
    metadata.create_all(engine)
    yield engine
    engine.dispose()


def made(version: str, full: bool = False, task: str = "text") -> Gathering:
    return Gathering(task, version, 2, 1, 9, NOON, full, "count", "longhand", NOON, {"not readable": 1})


def test_the_same_corrections_are_noted_once_unless_a_full_training_is_asked_for(engine: Engine) -> None:
    gatherings = Gatherings(engine)
    noted = [gatherings.add(one) for one in (made("a"), made("a"), made("a", full=True), made("a"), made("b"))]
    assert noted == [True, False, True, False, True]
    assert [(one.version, one.full) for one in gatherings.after(1)] == [("a", True), ("b", False)]
    last = gatherings.last("text")
    assert last is not None and (last.version, last.first_at, last.left_out) == ("b", NOON, {"not readable": 1})
    assert gatherings.last("character") is None and gatherings.count() == {("text", "count"): 3}
