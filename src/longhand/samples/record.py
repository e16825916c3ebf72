"""A reading and what became of it: the state that its lines in the journal add up to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

from pydantic import BaseModel, JsonValue

from longhand.handwriting.alphabet import normalise


class Kind(StrEnum):
    """What a line of the journal reports; an erased one is blank, and says only that there was one."""

    RECEIVED = "received"
    READ = "read"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


@dataclass(frozen=True)
class Line:
    """One line of the journal; `number` counts all lines, so that a larger one was written later."""

    number: int
    reading: str
    kind: Kind
    at: datetime
    by: str
    body: Mapping[str, JsonValue]


@dataclass(frozen=True)
class Said:
    """How a person corrects, or takes a correction back.

    `answer` and `role` are as in Correction. With a `key` it is written down once, however often it comes. `at` is when
    they said it, where that is not now.
    """

    answer: str = "text"
    role: str = "user"
    key: str | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Correction:
    """What a person says the picture shows.

    `answer` is `text`, or why there is none: `not_readable`, `not_handwriting`. `role` is the person's when they said
    it; `doubted`, whether the model and the lexicon were sure of another text.
    """

    text: str
    by: str
    at: datetime
    answer: str = "text"
    role: str = "user"
    doubted: bool = False

    def says(self, other: "Correction") -> bool:
        """Whether both say the same."""
        return (self.answer, normalise(self.text)) == (other.answer, normalise(other.text))


@dataclass(frozen=True)
class Withdrawal:
    """Who took the correction back, and when."""

    by: str
    at: datetime


@dataclass(frozen=True)
class Record:
    """A reading as it stands now.

    `picture` is the SHA-256 of its bytes; `details` is what the answer held beside the fields here, as
    alternatives and characters. A withdrawal takes back the correction that stood before it. `answers` are each
    person's last corrections, oldest first, without those taken back.
    """

    id: str
    by: str
    received_at: datetime
    picture: str
    task: str
    text: str
    confidence: float
    decision: str
    model: str
    version: int
    charset: str = "full"
    document: str | None = None
    writer: str | None = None
    details: Mapping[str, JsonValue] = field(default_factory=dict)
    correction: Correction | None = None
    withdrawn: Withdrawal | None = None
    answers: tuple[Correction, ...] = ()

    def received(self) -> dict[str, JsonValue]:
        """What the journal says of the picture."""
        return {
            "received_at": self.received_at.astimezone(UTC).isoformat(),
            "picture": self.picture,
            "charset": self.charset,
            "document": self.document,
            "writer": self.writer,
        }

    def read(self) -> dict[str, JsonValue]:
        """What the journal says of the answer."""
        return {
            **self.details,
            "id": self.id,
            "by": self.by,
            "task": self.task,
            "text": self.text,
            "confidence": self.confidence,
            "decision": self.decision,
            "model": {"name": self.model, "version": self.version},
        }


def fold(lines: Iterable[Line]) -> Record | None:
    """The record that a reading's lines add up to, oldest first; none before it was read."""
    received: Mapping[str, JsonValue] = {}
    record: Record | None = None
    for line in lines:
        if line.kind is Kind.RECEIVED:
            received = line.body
        elif line.kind is Kind.READ:
            record = _begin(received, line.body)
        elif record and line.kind is Kind.CORRECTED:
            record = _correct(record, to_correction(line))
        elif record and line.kind is Kind.WITHDRAWN:
            record = _withdraw(record, Withdrawal(line.by, line.at))
    return record


def to_correction(line: Line) -> Correction:
    """What a line `corrected` says; those that earlier versions wrote hold the text alone."""
    said = _Corrected.model_validate(line.body)
    return Correction(said.text, line.by, said.at or line.at, said.answer, said.role, said.doubted)


def _correct(record: Record, correction: Correction) -> Record:
    answers = (*_without(record.answers, correction.by), correction)
    return replace(record, correction=correction, withdrawn=None, answers=answers)


def _withdraw(record: Record, withdrawn: Withdrawal) -> Record:
    author = record.correction.by if record.correction else ""
    return replace(record, correction=None, withdrawn=withdrawn, answers=_without(record.answers, author))


def _without(answers: tuple[Correction, ...], by: str) -> tuple[Correction, ...]:
    return tuple(one for one in answers if one.by != by)


class _Corrected(BaseModel):
    """The body of a line `corrected`."""

    text: str
    answer: str = "text"
    role: str = "user"
    doubted: bool = False
    at: datetime | None = None


class _Received(BaseModel):
    """The body of a line `received`."""

    received_at: datetime
    picture: str
    charset: str = "full"
    document: str | None = None
    writer: str | None = None


class _Model(BaseModel):
    name: str
    version: int


class _Read(BaseModel, extra="allow"):
    """The body of a line `read`; what else it holds are details."""

    id: str
    by: str
    task: str
    text: str
    confidence: float
    decision: str
    model: _Model


def _begin(received: Mapping[str, JsonValue], read: Mapping[str, JsonValue]) -> Record:
    answer = _Read.model_validate(read)
    return Record(
        **dict(_Received.model_validate(received)),
        **answer.model_dump(exclude={"model", *(answer.model_extra or {})}),
        model=answer.model.name,
        version=answer.model.version,
        details=answer.model_extra or {},
    )
