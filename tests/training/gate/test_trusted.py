"""Which corrections are read at the gate, from the journal that ingestion writes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from longhand.samples.journal import Journal
from longhand.samples.record import Said
from longhand.samples.sides import Side, side_of
from longhand.servicekit.state import migrate, open_engine, open_reader
from services.training.errors import JournalUnavailable
from services.training.gate.child import read_trusted
from services.training.gate.trusted import take_corrections
from tests.samples.conftest import make_record

REVIEWER = Said(role="reviewer")


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    url = f"sqlite:///{tmp_path}/ingestion.db"
    engine = open_engine(url)
    migrate(engine, "services.ingestion")
    engine.dispose()
    yield url


def correct(url: str, count: int, by: str, said: Said) -> list[str]:
    """So many readings of a person's, corrected by them; the ids of those on the gate's side."""
    engine = open_engine(url)
    journal, ids = Journal(engine), []
    for number in range(count):
        record = make_record(f"{by}-{number}", by=by, picture=f"{number:064x}", confidence=0.3, decision="review")
        journal.take(record)
        journal.correct(record.id, "Wien", by, said)
        ids += [record.id] if side_of(record.picture) is Side.GATE else []
    engine.dispose()
    return ids


def test_a_reviewers_corrections_are_read_as_far_as_they_are_on_the_gates_side(url: str) -> None:
    gated = correct(url, 20, "rita", REVIEWER)
    standing = read_trusted(open_reader(url))
    assert 0 < len(gated) < 20 and [one.reading for one in standing] == gated
    (first, *_) = take_corrections(standing, "text", lambda picture: picture.encode())
    assert (first.id, first.text, first.group) == (gated[0], "Wien", "writer rita/w7")
    assert first.read() == standing[0].picture.encode()
    assert list(take_corrections(standing, "character", lambda _: b"")) == []


def test_corrections_of_somebody_whom_nobody_has_confirmed_are_not_read(url: str) -> None:
    correct(url, 40, "mallory", Said())
    assert read_trusted(open_reader(url)) == []


def test_a_journal_that_cannot_be_read_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(JournalUnavailable):
        read_trusted(open_reader(f"sqlite:///{tmp_path}/nothing.db"))
