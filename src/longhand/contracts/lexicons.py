"""Lists of texts that may stand in a picture, by name and version."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from longhand.contracts.names import collapse

NAME = r"^[a-z0-9][a-z0-9-]{0,62}$"
VERSION = r"^[0-9a-f]{64}$"

MAX_CANDIDATES = 10_000
"""Entries of a list that comes with a picture."""

MAX_LENGTH = 200
"""Characters of an entry."""

MAX_BYTES = 24_000_000
"""Of a whole list: 100,000 entries of 200 characters, with room for a few that take more bytes than one."""


Entry = Annotated[str, AfterValidator(collapse)]
"""A text that may stand in a picture, its white space collapsed."""


Candidate = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_LENGTH), AfterValidator(collapse)
]
"""A text of a list that comes with a picture."""


class NewLexicon(BaseModel):
    """The entries of a lexicon to be kept: at most 100,000, of at most 200 characters each."""

    model_config = ConfigDict(extra="forbid")

    entries: list[Entry] = Field(fail_fast=True)


class LexiconVersion(BaseModel):
    """A version of a named lexicon; `version` is the SHA-256 of its entries, one per line."""

    name: str
    version: str
    count: int = Field(description="how many entries it has")
    created_at: datetime
    by: str


class LexiconContent(LexiconVersion):
    """A version with its entries, in the order given."""

    entries: list[str]


class LexiconMatch(BaseModel):
    """What a lexicon made of a picture.

    `name` is null for candidates that came with the picture; `matched` is false for "none of these"; `margin` is by
    how much the best entry's probability, in 0..1 among those that come into question, exceeds the second best's.
    """

    name: str | None = None
    version: str
    matched: bool
    margin: float = Field(ge=0, le=1)
