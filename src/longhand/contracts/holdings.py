"""Whose pictures lie where, and what was made of them: each service declares its holdings, by one protocol."""

from collections.abc import Sequence
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field

from longhand.contracts.readings import Moment

Picture = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Id = Annotated[str, Field(max_length=100)]
MAX_SUBJECT = 64 * 1024 * 1024
"""Bytes that a subject may have on the wire: some four hundred thousand readings."""


class Subject(BaseModel):
    """A person, and what is theirs alone: what somebody else sent as well is not among it.

    `pictures` are SHA-256 of bytes, `readings` the ids of what they sent, `corrected` those of readings that they
    corrected, `versions` frozen dataset versions that hold any of it. Ingestion knows these; other services are given
    them. Of what came after `until` nothing is theirs here; without it all is.
    """

    model_config = ConfigDict(frozen=True)

    name: str = Field(min_length=1, max_length=100)
    pictures: frozenset[Picture] = frozenset()
    readings: frozenset[Id] = frozenset()
    corrected: frozenset[Id] = frozenset()
    versions: frozenset[Id] = frozenset()
    until: Moment | None = None

    def join(self, other: "Subject") -> "Subject":
        """The same person with what either of the two names."""
        sets = ("pictures", "readings", "corrected", "versions")
        return self.model_copy(update={name: getattr(self, name) | getattr(other, name) for name in sets})


class Held(BaseModel):
    """Something of a person's: in which holding, and under which name there."""

    model_config = ConfigDict(frozen=True)

    holding: str
    place: str


class Holding(Protocol):
    """One kind of place, in the care of the one service that may write there."""

    def find(self, subject: Subject) -> Sequence[Held]:
        """What lies here of the person."""
        ...

    def delete(self, subject: Subject) -> Sequence[Held]:
        """Deletes what `find` gives, and answers what that was; done again, it finds nothing."""
        ...
