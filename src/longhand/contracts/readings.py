"""Pictures read, and what was read in them."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, Field, computed_field

from longhand.contracts.lexicons import LexiconMatch


class Task(StrEnum):
    """What a picture shows: one glyph, or a word or line."""

    CHARACTER = "character"
    TEXT = "text"


class Charset(StrEnum):
    """Which characters an answer may hold; `36` folds capitals into small letters."""

    FULL = "full"
    DIGITS = "digits"
    LOWERCASE = "lowercase"
    UPPERCASE = "uppercase"
    FOLDED = "36"


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
    lexicon: LexiconMatch | None = None
    model: ModelReference
    elapsed_ms: float

    @computed_field  # type: ignore[prop-decorator]
    @property
    def predicted_text(self) -> str:
        """The text once more, under the name that clients of the earlier platform know."""
        return self.text


class StoredReading(Reading):
    """A reading as the journal keeps it."""

    by: str
    received_at: datetime
    picture: str = Field(description="SHA-256 of the picture's bytes")
    charset: Charset = Charset.FULL
    document: str | None = None
    writer: str | None = None
