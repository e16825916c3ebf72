"""A reading on the wire and in the journal: the one is mapped to the other here, and nowhere else."""

from dataclasses import asdict

from longhand.contracts.corrections import Answer, Correction, CorrectionState
from longhand.contracts.readings import ModelReference, NewReading, ReadingQuery, StoredReading
from longhand.samples.judging import State, state_of
from longhand.samples.readings import Filter
from longhand.samples.record import Correction as Said
from longhand.samples.record import Record

OWN = {"id", "by", "task", "text", "confidence", "decision"}
OTHERWISE = ("details", "model", "version", "correction", "answers")
RECEIVED = {"received_at", "picture", "charset", "document", "writer"}


def to_record(delivered: NewReading) -> Record:
    """What the journal takes of a delivered reading."""
    absent = set() if delivered.trial else {"trial"}
    plain = delivered.model_dump(mode="json", include=OWN | (RECEIVED - {"received_at"}))
    return Record(
        **plain,
        received_at=delivered.received_at,
        model=delivered.model.name,
        version=delivered.model.version,
        details=delivered.model_dump(mode="json", exclude=OWN | RECEIVED | absent | {"model", "predicted_text"}),
    )


def to_wire(record: Record) -> StoredReading:
    """What a client is shown of a record."""
    known = {name: value for name, value in asdict(record).items() if name not in OTHERWISE}
    model = ModelReference(name=record.model, version=record.version)
    said = {"correction": _stands(record), "disagreements": _differ(record)}
    return StoredReading.model_validate({**record.details, **known, **said, "model": model})


def _stands(record: Record) -> Correction | None:
    correction = record.correction
    return _shown(correction, state_of(correction, record.answers)) if correction else None


def _differ(record: Record) -> list[Correction]:
    """What others say; how far that counts is no matter, as the last one counts."""
    correction = record.correction
    others = [one for one in record.answers if correction and not one.says(correction)]
    return [_shown(one, State.SUPERSEDED) for one in others]


def _shown(said: Said, state: State) -> Correction:
    return Correction(
        text=said.text, answer=Answer(said.answer), by=said.by, at=said.at, state=CorrectionState(state.value)
    )


def to_filter(query: ReadingQuery) -> Filter:
    """What the table is asked for."""
    return Filter(**query.model_dump(exclude={"cursor", "limit"}))
