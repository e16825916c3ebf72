"""The journal on a real SQLite file."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from longhand.contracts.readings import ModelReference, StoredReading, Task
from longhand.samples.errors import ReadingConflict, UnknownSample
from longhand.samples.journal import Journal, Kind, metadata


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    engine = create_engine(f"sqlite:///{tmp_path / 'state.db'}")
    metadata.create_all(engine)
    yield Journal(engine)
    engine.dispose()


def make_reading(id: str = "r-1", by: str = "ann", picture: str = "a" * 64, text: str = "Genf") -> StoredReading:
    return StoredReading(
        id=id,
        task=Task.TEXT,
        text=text,
        confidence=0.9,
        decision="accept",
        model=ModelReference(name="text", version=3),
        elapsed_ms=4.5,
        by=by,
        received_at=datetime(2026, 1, 2, tzinfo=UTC),
        picture=picture,
        writer="w7",
    )


def test_a_reading_comes_back_as_it_was_taken(journal: Journal) -> None:
    assert journal.take(make_reading()) is True
    assert journal.get("r-1") == make_reading()


def test_a_reading_delivered_twice_is_taken_once(journal: Journal) -> None:
    assert [journal.take(make_reading()), journal.take(make_reading())] == [True, False]
    assert [record.kind for record in journal.history("r-1")] == [Kind.RECEIVED, Kind.READ]
    assert len(journal.page()) == 1


def test_an_id_is_not_taken_for_another_picture_or_person(journal: Journal) -> None:
    journal.take(make_reading())
    with pytest.raises(ReadingConflict):
        journal.take(make_reading(picture="b" * 64))
    with pytest.raises(ReadingConflict):
        journal.take(make_reading(by="bob"))


def test_a_correction_is_added_and_changes_nothing_that_was_written(journal: Journal) -> None:
    journal.take(make_reading())
    journal.correct("r-1", "Gent", "rita")
    record = journal.correct("r-1", "Genf a. S.", "rita")
    assert (record.kind, record.body, record.by) == (Kind.CORRECTED, {"text": "Genf a. S."}, "rita")
    assert record.at.tzinfo is not None
    assert [r.kind.value for r in journal.history("r-1")] == ["received", "read", "corrected", "corrected"]
    assert journal.get("r-1").text == "Genf"


def test_what_was_never_taken_is_unknown(journal: Journal) -> None:
    with pytest.raises(UnknownSample):
        journal.get("r-9")
    with pytest.raises(UnknownSample):
        journal.correct("r-9", "x", "rita")


def test_pages_go_from_new_to_old_for_one_person_or_all(journal: Journal) -> None:
    for number in range(5):
        journal.take(make_reading(f"r-{number}", by="ann" if number % 2 else "bob", text=str(number)))
    first = journal.page(limit=2)
    assert [reading.text for _, reading in first] == ["4", "3"]
    assert [reading.text for _, reading in journal.page(before=first[-1][0])] == ["2", "1", "0"]
    assert [reading.text for _, reading in journal.page(by="bob")] == ["4", "2", "0"]
