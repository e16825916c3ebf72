"""What the journal takes of a reading is what a client gets back."""

from datetime import UTC, datetime

from longhand.contracts.readings import ModelReference, NewReading, Notice, Task
from longhand.contracts.trials import Failure, Trial
from longhand.samples.record import Record
from longhand.tasks import Effort
from services.ingestion.mapping import to_record, to_wire


def make_reading() -> NewReading:
    return NewReading(
        id="r1",
        task=Task("text"),
        text="word",
        confidence=0.5,
        decision="review",
        model=ModelReference(name="text-fast", version=1),
        elapsed_ms=1.0,
        by="ann",
        received_at=datetime(2026, 11, 1, tzinfo=UTC),
        picture="0" * 64,
    )


def test_notices_and_effort_are_kept_with_the_reading() -> None:
    said = [Notice(code="turned", detail="Turn the picture."), Notice(code="of_a_later_release", detail="Later.")]
    delivered = make_reading().model_copy(update={"notices": said, "effort": Effort.FAST})
    record = to_record(delivered)
    shown = to_wire(record)
    assert "trial" not in record.details
    assert (shown.notices, shown.effort, shown.model) == (said, Effort.FAST, delivered.model)


def test_what_a_challenger_read_is_kept_and_not_shown() -> None:
    trial = Trial(failure=Failure(version=2, code="no_ink"))
    record = to_record(make_reading().model_copy(update={"trial": trial}))
    assert record.details["trial"] == trial.model_dump()
    assert "trial" not in to_wire(record).model_dump()


def test_a_reading_of_an_earlier_release_was_read_with_the_best_model() -> None:
    earlier = Record(
        "r1", "ann", datetime(2026, 11, 1, tzinfo=UTC), "0" * 64, "text", "word", 0.5, "review", "text", 1,
        details={"alternatives": [], "elapsed_ms": 1.0},
    )  # fmt: skip
    assert to_wire(earlier).effort is Effort.BEST
