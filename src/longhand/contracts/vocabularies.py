"""A person's vocabulary: the words of texts that they have corrected, which make their own readings better."""

from datetime import datetime

from pydantic import BaseModel, Field

DIGEST = r"^[0-9a-f]{64}$"

MAX_BYTES = 200_000
"""Of a whole vocabulary as text: 500 words of 60 characters, few of which take four bytes."""


class VocabularyWord(BaseModel):
    """A word that texts which this person corrected hold."""

    word: str
    count: int = Field(ge=1, description="in how many corrected texts")
    last: datetime = Field(description="when the last of these was written")


class VocabularyDigest(BaseModel):
    """Which vocabulary a person has now; `digest` is the SHA-256 of its text, null for an empty one.

    The text has a line for each word, the one that was corrected last first: its count, a tab, the word.
    """

    digest: str | None = Field(pattern=DIGEST)
    count: int
