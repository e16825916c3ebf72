"""The journal on a real SQLite file."""

import pytest

from longhand.samples.errors import NotCorrected, ReadingConflict, UnknownSample
from longhand.samples.journal import Journal
from longhand.samples.record import Kind, fold
from tests.samples.conftest import make_record


def test_a_reading_comes_back_as_it_was_taken(journal: Journal) -> None:
    assert journal.take(make_record()) is True
    assert journal.readings.get("r-1") == make_record()
    assert fold(journal.history("r-1")) == make_record()


def test_a_reading_delivered_twice_is_taken_once(journal: Journal) -> None:
    assert [journal.take(make_record()), journal.take(make_record())] == [True, False]
    assert [line.kind for line in journal.history("r-1")] == [Kind.RECEIVED, Kind.READ]
    assert len(journal.readings.page()) == 1


def test_an_id_is_not_taken_for_another_picture_or_person(journal: Journal) -> None:
    journal.take(make_record())
    for other in (make_record(picture="b" * 64), make_record(by="bob")):
        with pytest.raises(ReadingConflict):
            journal.take(other)
    assert journal.readings.get("r-1") == make_record()


def test_a_correction_changes_what_a_reading_stands_at_and_nothing_that_was_written(journal: Journal) -> None:
    journal.take(make_record())
    record = journal.correct("r-1", "Genf a. S.", "rita")
    assert record == journal.readings.get("r-1")
    assert record.correction and (record.correction.text, record.correction.by) == ("Genf a. S.", "rita")
    assert record.correction.at.tzinfo is not None
    assert (record.text, record.decision) == ("Genf", "accept")
    assert fold(journal.history("r-1")[:2]) == make_record()


def test_a_later_correction_supersedes_the_one_before_and_both_are_kept(journal: Journal) -> None:
    journal.take(make_record())
    for text, by in (("Gent", "rita"), ("Bern", "ann")):
        journal.correct("r-1", text, by)
    correction = journal.readings.get("r-1").correction
    assert correction and (correction.text, correction.by) == ("Bern", "ann")
    assert [line.body.get("text") for line in journal.history("r-1")[2:]] == ["Gent", "Bern"]


def test_a_withdrawn_correction_no_longer_stands_nor_does_one_that_it_superseded(journal: Journal) -> None:
    journal.take(make_record())
    journal.correct("r-1", "Gent", "rita")
    journal.correct("r-1", "Bern", "rita")
    record = journal.withdraw("r-1", "ann")
    assert record == journal.readings.get("r-1")
    assert record.correction is None and record.withdrawn and record.withdrawn.by == "ann"
    assert [line.kind for line in journal.history("r-1")][-1] is Kind.WITHDRAWN
    with pytest.raises(NotCorrected):
        journal.withdraw("r-1", "ann")
    again = journal.correct("r-1", "Biel", "rita")
    assert again.correction and again.correction.text == "Biel" and again.withdrawn is None


def test_what_was_never_corrected_cannot_be_withdrawn(journal: Journal) -> None:
    journal.take(make_record())
    with pytest.raises(NotCorrected, match="r-1"):
        journal.withdraw("r-1", "ann")
    assert len(journal.history("r-1")) == 2


def test_what_was_never_taken_is_unknown(journal: Journal) -> None:
    for ask in (
        journal.readings.get,
        lambda id: journal.correct(id, "x", "rita"),
        lambda id: journal.withdraw(id, "x"),
    ):
        with pytest.raises(UnknownSample):
            ask("r-9")
    assert journal.history("r-9") == []
