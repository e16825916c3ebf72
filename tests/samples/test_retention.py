"""What is deleted when its time is over, and what stays."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from longhand.samples.blobs import Blobs
from longhand.samples.corrections import Corrections
from longhand.samples.files import Files
from longhand.samples.journal import Journal
from longhand.samples.retention import expire
from tests.samples.conftest import make_record


def test_readings_go_with_their_corrections_and_pictures_but_not_those_that_a_later_reading_shows(
    engine: Engine, journal: Journal, tmp_path: Path
) -> None:
    blobs = Blobs(Files(tmp_path))
    own, shared = blobs.put(b"own"), blobs.put(b"shared")
    old, new = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    for id, picture, received in (("r-1", own, old), ("r-2", shared, old), ("r-3", shared, new)):
        journal.take(make_record(id, picture=picture, received_at=received))
        journal.correct(id, "Gent", "ann")
    done = [expire(engine, blobs, datetime(2026, 2, 1, tzinfo=UTC), most=1) for _ in range(3)]
    assert done == [1, 1, 0]
    assert [record.id for _, record in journal.readings.page()] == ["r-3"]
    assert [one.reading for one in Corrections(engine).after(0)] == ["r-3"]
    assert journal.history("r-1") == []
    assert (blobs.has(own), blobs.has(shared)) == (False, True)
