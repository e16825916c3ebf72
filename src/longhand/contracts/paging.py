"""Paged lists."""

from typing import Generic, TypeVar

from pydantic import BaseModel

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """One page of a list, newest first; `next` is the cursor of the page after it, none on the last."""

    items: list[T]
    next: str | None = None
