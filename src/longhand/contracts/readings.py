"""Pictures read, and what was read in them."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, computed_field, field_validator

from longhand.contracts.corrections import Correction
from longhand.contracts.lexicons import LexiconMatch
from longhand.contracts.trials import Trial
from longhand.tasks import DEFAULT, TASKS, Charset, Effort

LARGEST = 2**63 - 1
"""What a database can count to."""

Label = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
"""A text of a person's choice; a NUL in it is what PostgreSQL cannot keep."""


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError("not within the years 1 to 9999 in UTC") from None


Moment = Annotated[datetime, AfterValidator(_in_utc)]


class Task(StrEnum):
    """What a picture shows: one glyph, or a word or line."""

    # The members are those of the table; the enumeration is there for OpenAPI and for whoever validates.
    _ignore_ = "members wire"
    members = vars()
    for wire in dict.fromkeys(task.wire for task in TASKS.values()):
        members[wire.upper()] = wire


DEFAULT_TASK = Task(DEFAULT.wire)


class ModelReference(BaseModel):
    """The model version that answered."""

    name: str
    version: int


class Alternative(BaseModel):
    """Another likely text; confidence in 0..1."""

    text: str
    confidence: float = Field(ge=0, le=1)


class CharacterReading(BaseModel):
    """One character of a reading; `box` is x0, y0, x1, y1 in pixels of the picture as sent."""

    text: str
    confidence: float = Field(ge=0, le=1)
    box: tuple[float, float, float, float]


class Notice(BaseModel):
    """Something that a person should know of the picture: a stable code, and what it means and what to do about it.

    More codes may come.
    """

    code: str
    detail: str


class Reading(BaseModel):
    """The answer to a picture; confidence in 0..1, `elapsed_ms` inside the prediction service.

    `lexicon` is there where one was asked for; where none of its entries fits, `text` is empty in strict mode.
    """

    id: str
    task: Task
    text: str
    confidence: float = Field(ge=0, le=1)
    decision: Literal["accept", "review"]
    alternatives: list[Alternative] = []
    characters: list[CharacterReading] = []
    notices: list[Notice] = []
    effort: Effort = Field(
        default=Effort.BEST,
        description="that of the model which answered: `best` where there was none of the effort that was asked for",
    )
    lexicon: LexiconMatch | None = None
    vocabulary: str | None = Field(
        default=None, description="the digest of the caller's vocabulary that it was read with; null for none"
    )
    model: ModelReference
    adapter: str | None = Field(
        default=None, description="SHA-256 of what adapts the model to this person's hand, where they have corrected"
    )
    elapsed_ms: float
    perceptual_hash: str | None = Field(
        default=None,
        pattern=r"^[0-9a-f]{16}$",
        description="what the writing looks like, as 64 bits in hex: near-duplicates differ in few of them",
    )

    @computed_field  # type: ignore[prop-decorator]
    @property
    def predicted_text(self) -> str:
        """The text once more, under the name that clients of the earlier platform know."""
        return self.text


class MeasuredReading(Reading):
    """A reading as prediction answers the gateway with it."""

    trial: Trial | None = Field(default=None, description="there while a challenger stands beside the champion")


class KeptReading(Reading):
    """A reading with what is known of its picture."""

    by: str
    received_at: datetime
    picture: str = Field(description="SHA-256 of the picture's bytes")
    charset: Charset = Charset.FULL
    spaces: bool = False
    strict: bool = True
    name: str | None = Field(default=None, description="what its sender calls the picture")
    document: str | None = None
    writer: str | None = None


class NewReading(KeptReading, MeasuredReading):
    """A reading as the gateway delivers it."""


class Withdrawal(BaseModel):
    """Who took the correction back, and when."""

    by: str
    at: datetime


class StoredReading(KeptReading):
    """A reading as it stands now: `text` is what was read, `correction` what it should have been."""

    correction: Correction | None = None
    withdrawn: Withdrawal | None = Field(default=None, description="there where the correction was taken back")
    disagreements: list[Correction] = Field(
        default=[], description="what others last said of it, where that is not what `correction` says"
    )


class ReadingQuery(BaseModel):
    """Which readings are listed, newest first; each parameter narrows the list."""

    model_config = ConfigDict(extra="forbid")

    cursor: str | None = Field(default=None, pattern=r"^[0-9]{1,19}$", description="`next` of the page before")
    limit: int = Field(default=50, ge=1, le=100, description="how many items at most")
    by: Label | None = Field(default=None, description="only this account's")
    task: Task | None = None
    decision: Literal["accept", "review"] | None = None
    document: Label | None = Field(default=None, description="only of this document")
    writer: Label | None = Field(default=None, description="only by this writer")
    since: Moment | None = Field(
        default=None, description="received at this moment or later; UTC where no zone is given"
    )
    until: Moment | None = Field(default=None, description="received before this moment")
    corrected: bool | None = Field(default=None, description="true: only corrected ones; false: only others")
    contains: Label | None = Field(
        default=None, description="in the text as read or as corrected, whether in capitals or small letters"
    )

    @field_validator("cursor")
    @classmethod
    def _bounded(cls, cursor: str | None) -> str | None:
        if cursor is not None and int(cursor) > LARGEST:
            raise ValueError("not a cursor that a page before gave")
        return cursor
