"""A reading on the wire and in the journal: the one is mapped to the other here, and nowhere else."""

from dataclasses import asdict

from longhand.contracts.readings import ModelReference, NewReading, ReadingQuery, StoredReading
from longhand.samples.readings import Filter
from longhand.samples.record import Record

OWN = {"id", "by", "task", "text", "confidence", "decision"}
RECEIVED = {"received_at", "picture", "charset", "document", "writer"}


def to_record(delivered: NewReading) -> Record:
    """What the journal takes of a delivered reading."""
    plain = delivered.model_dump(mode="json", include=OWN | (RECEIVED - {"received_at"}))
    return Record(
        **plain,
        received_at=delivered.received_at,
        model=delivered.model.name,
        version=delivered.model.version,
        details=delivered.model_dump(mode="json", exclude=OWN | RECEIVED | {"model", "predicted_text"}),
    )


def to_wire(record: Record) -> StoredReading:
    """What a client is shown of a record."""
    known = {name: value for name, value in asdict(record).items() if name not in ("details", "model", "version")}
    model = ModelReference(name=record.model, version=record.version)
    return StoredReading.model_validate({**record.details, **known, "model": model})


def to_filter(query: ReadingQuery) -> Filter:
    """What the table is asked for."""
    return Filter(**query.model_dump(exclude={"cursor", "limit"}))
