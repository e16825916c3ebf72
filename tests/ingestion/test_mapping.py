"""What the journal takes of a reading is what a client gets back."""

from datetime import UTC, datetime

from longhand.contracts.readings import ModelReference, NewReading, Notice, Task
from services.ingestion.mapping import to_record, to_wire


def test_notices_are_kept_with_the_reading() -> None:
    said = [Notice(code="turned", detail="Turn the picture."), Notice(code="of_a_later_release", detail="Later.")]
    delivered = NewReading(
        id="r1",
        task=Task("text"),
        text="word",
        confidence=0.5,
        decision="review",
        notices=said,
        model=ModelReference(name="text", version=1),
        elapsed_ms=1.0,
        by="ann",
        received_at=datetime(2026, 11, 1, tzinfo=UTC),
        picture="0" * 64,
    )
    assert to_wire(to_record(delivered)).notices == said
