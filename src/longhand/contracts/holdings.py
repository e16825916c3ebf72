"""Whose pictures lie where, and what was made of them: each service declares its holdings, by one protocol."""

from collections.abc import Sequence
from typing import Protocol

from pydantic import BaseModel, ConfigDict


class Subject(BaseModel):
    """A person, and what is theirs alone: what somebody else sent as well is not among it.

    `pictures` are SHA-256 of bytes, `versions` frozen dataset versions that hold one of them. Ingestion knows both;
    other services are given them.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    pictures: frozenset[str] = frozenset()
    versions: frozenset[str] = frozenset()


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
