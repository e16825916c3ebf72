"""What people say that pictures show, where the platform read something else, or where it read right."""

import unicodedata
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from longhand.contracts.names import name_of
from longhand.contracts.problems import Problem

LONGEST = 500
"""Characters that the text of a correction may have."""

MOST = 100
"""Corrections that one request may hold."""


class Answer(StrEnum):
    """What a person can say of a picture: the text that it shows, or why there is none."""

    TEXT = "text"
    NOT_READABLE = "not_readable"
    NOT_HANDWRITING = "not_handwriting"


class CorrectionState(StrEnum):
    """How far a correction counts.

    `stands`: in full. `waiting`: the model and the lexicon are sure of another text, so a second person is to say the
    same. `disputed`: somebody else whose word counts as much says something else. `superseded`: a later one counts.
    `undelivered`: it is safe, and waits for its reading's delivery.
    """

    STANDS = "stands"
    WAITING = "waiting"
    DISPUTED = "disputed"
    SUPERSEDED = "superseded"
    UNDELIVERED = "undelivered"


def check_text(text: str) -> str:
    """The text as it is kept: in NFC, without blanks around it. Any characters are taken, of whatever alphabet.

    Raises ValueError for what no picture can show: nothing, control characters, halves of characters, or more than
    500 characters.
    """
    kept = unicodedata.normalize("NFC", text.strip())
    for place, character in enumerate(kept, 1):
        if unicodedata.category(character) in ("Cc", "Cs"):
            raise ValueError(f"character {place} is {name_of(character)}, which nobody can write: leave it out")
    if not any(_is_seen(character) for character in kept):
        raise ValueError("nothing in it can be seen: say `not_readable` or `not_handwriting` where there is no text")
    if len(kept) > LONGEST:
        raise ValueError(f"it has {len(kept)} characters, and {LONGEST} at most are taken: correct one line at a time")
    return kept


def is_glyph(text: str) -> bool:
    """Whether a text is one character, with whatever accents it bears."""
    return sum(not unicodedata.category(one).startswith("M") and _is_seen(one) for one in text) == 1


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in ("Cf", "Zs", "Zl", "Zp")


Text = Annotated[str, AfterValidator(check_text)]


class NewCorrection(BaseModel):
    """What a picture shows: its `text`, or the `answer` that there is none to be read."""

    model_config = ConfigDict(extra="forbid")

    text: Text | None = Field(default=None, description="what stands there, at most 500 characters of any alphabet")
    answer: Answer = Field(default=Answer.TEXT, description="`not_readable` or `not_handwriting`, in place of a text")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.text is not None) != (self.answer is Answer.TEXT):
            raise ValueError("send either a `text`, or as `answer` `not_readable` or `not_handwriting`")
        return self


class DeliveredCorrection(NewCorrection):
    """A correction as the gateway delivers it; `at` is when the person made it."""

    at: datetime | None = None


class CorrectionItem(BaseModel):
    """One of many corrections. What is wrong with it is answered at its place, and keeps no other from being taken."""

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,63}$", description="the reading that is corrected")
    text: str | None = None
    answer: str | None = None

    def correction(self) -> NewCorrection:
        """The correction; raises ValidationError for what cannot be one."""
        return NewCorrection.model_validate(self.model_dump(exclude={"id"}, exclude_none=True))


class ManyCorrections(BaseModel):
    """Corrections of several readings, taken in this order."""

    model_config = ConfigDict(extra="forbid")

    items: list[CorrectionItem] = Field(min_length=1, max_length=MOST)


class Correction(BaseModel):
    """What a person says the picture shows; `text` is empty where it shows none."""

    text: str
    answer: Answer = Answer.TEXT
    by: str
    at: datetime
    state: CorrectionState = CorrectionState.STANDS


class CorrectionOutcome(BaseModel):
    """What became of one of many corrections: `status` as a request of its own would have been answered."""

    id: str
    status: int
    correction: Correction | None = None
    problem: Problem | None = None


class CorrectionOutcomes(BaseModel):
    """What became of each, in the order in which they were sent."""

    items: list[CorrectionOutcome]
