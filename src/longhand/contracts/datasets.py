"""Frozen dataset versions."""

from datetime import datetime

from pydantic import BaseModel, Field, JsonValue


class UnreadableFile(BaseModel):
    """A file that was left out, and why."""

    file: str
    reason: str
    code: str | None = Field(
        default=None,
        description="that of a picture that cannot be read; `two_texts` where one picture came with two,"
        " `unreadable_file` where the file could not be opened; `null` in versions of earlier releases",
    )


class Licence(BaseModel):
    """Under which terms a data set of the catalogue was published, and where."""

    title: str
    licence: str
    source: str


class DatasetVersion(BaseModel):
    """A frozen dataset version; `version` is the hash of its contents.

    `dropped` counts by reason what the format left out, as texts that are marked as unreadable. What is `private`
    people wrote and nobody published, so no log and no report shows it. Versions that were frozen before this was
    recorded count as private.
    """

    version: str
    name: str
    private: bool = True
    created_at: datetime
    pictures: int
    splits: dict[str, int] = {}
    duplicates: int = 0
    dropped: dict[str, int] = {}
    unreadable: list[UnreadableFile] = []
    source: dict[str, JsonValue] = {}
    licence: Licence | None = Field(default=None, description="of a data set of the catalogue, where one is shown")


class DatasetSample(BaseModel):
    """A labelled picture of a version; `picture` is the SHA-256 of its bytes."""

    picture: str
    text: str
    split: str
    set: str
    name: str


class DatasetLook(BaseModel):
    """What is in a version: how it is distributed, and some of its pictures, drawn by lot."""

    pictures: int
    groups: int = Field(description="writers, else documents, else pictures")
    sets: dict[str, int]
    lengths: dict[int, int] = Field(description="texts by their number of characters; the last one is that or more")
    characters: dict[str, int] = Field(description="the commonest characters, the commonest first")
    samples: list[DatasetSample]


class WithdrawnDataset(BaseModel):
    """What stays of a frozen version that was withdrawn: that there was one, why it went, and what came instead."""

    version: str
    name: str
    at: datetime
    reason: str
    replaced_by: str | None = None
    source: dict[str, JsonValue] = {}
