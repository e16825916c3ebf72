"""Whole pages of several archives, a folder for each, whose splits are those of their documents."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Literal

from longhand.datasets.adapters.pages import read_pages
from longhand.datasets.sample import Sample, Split
from longhand.datasets.source import Source
from longhand.datasets.splits import Table

Cut = Literal["outline", "box"]
NOT_WRITTEN = ("print", "typewritten", "signature", "interlinear")
"""Kinds of lines that are no handwriting, or that nobody cuts out of a page by itself."""


def read_documents(folder: Path, name: str, splits: Table, cut: Cut) -> Iterator[Sample]:
    """The lines of pages, cut along their outline or as the box around it; a page's splits are found by its picture.

    A page that the table does not name keeps the split that its own name gives it.
    """
    pages = {PurePosixPath(picture).with_suffix(""): where for (of, picture), where in splits.items() if of == name}
    for sample in read_pages(Source(folder, name), leave_out=NOT_WRITTEN, cut=cut):
        known: tuple[str, Split] | None = pages.get(PurePosixPath(sample.group))
        yield replace(sample, group=known[0], split=known[1]) if known else sample
