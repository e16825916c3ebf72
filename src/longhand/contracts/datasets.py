"""Frozen dataset versions."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel


class UnreadableFile(BaseModel):
    """A file that was left out, and why."""

    file: str
    reason: str


class DatasetVersion(BaseModel):
    """A frozen dataset version; `version` is the hash of its contents.

    `dropped` counts by reason what the format left out, as texts that are marked as unreadable.
    """

    version: str
    name: str
    created_at: datetime
    pictures: int
    splits: dict[str, int] = {}
    duplicates: int = 0
    dropped: dict[str, int] = {}
    unreadable: list[UnreadableFile] = []
    source: dict[str, Any] = {}
