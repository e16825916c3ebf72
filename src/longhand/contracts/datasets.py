"""Frozen dataset versions."""

from datetime import datetime

from pydantic import BaseModel, JsonValue


class UnreadableFile(BaseModel):
    """A file that was left out, and why."""

    file: str
    reason: str


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
