"""What the journal takes of a reading is what a client gets back."""

from datetime import UTC, datetime

from longhand.contracts.readings import ModelReference, NewReading, Notice, Task
from longhand.samples.record import Record
from longhand.tasks import Effort
from services.ingestion.mapping import to_record, to_wire


def test_notices_and_effort_are_kept_with_the_reading() -> None:
    said = [Notice(code="turned", detail="Turn the picture."), Notice(code="of_a_later_release", detail="Later.")]
    delivered = NewReading(
        id="r1",
        task=Task("text"),
        text="word",
        confidence=0.5,
        decision="review",
        notices=said,
        effort=Effort.FAST,
        model=ModelReference(name="text-fast", version=1),
        elapsed_ms=1.0,
        by="ann",
        received_at=datetime(2026, 11, 1, tzinfo=UTC),
        picture="0" * 64,
    )
    shown = to_wire(to_record(delivered))
    assert (shown.notices, shown.effort, shown.model) == (said, Effort.FAST, delivered.model)


def test_a_reading_of_an_earlier_release_was_read_with_the_best_model() -> None:
    earlier = Record(
        "r1", "ann", datetime(2026, 11, 1, tzinfo=UTC), "0" * 64, "text", "word", 0.5, "review", "text", 1,
        details={"alternatives": [], "elapsed_ms": 1.0},
    )  # fmt: skip
    assert to_wire(earlier).effort is Effort.BEST
