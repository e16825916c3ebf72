"""A report as Markdown, its figures as files beside it."""

import re
from collections.abc import Iterator
from pathlib import Path

from pipelines.report.charts import as_png
from pipelines.report.document import Block, Chart, Document, Heading, Paragraph, Sheet, Table
from pipelines.report.sheets import compose

FIGURES = "figures"


def write(document: Document, path: Path) -> None:
    """Write the report, and its figures into the folder `figures` beside it."""
    folder = path.parent / FIGURES
    folder.mkdir(exist_ok=True)
    for block in document.blocks:
        if isinstance(block, Chart):
            (folder / f"{block.name}.png").write_bytes(as_png(block.figure))
        elif isinstance(block, Sheet):
            (folder / f"{block.name}.png").write_bytes(compose(block))
    blocks = (part for block in document.blocks for part in ("", *_show(block)))
    lines = [f"# {document.title}", "", document.subtitle, *blocks]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _show(block: Block) -> Iterator[str]:
    match block:
        case Heading(text, level):
            yield f"{'#' * level} {_plain(text)}"
        case Paragraph(text):
            yield _plain(text)
        case Table(head, rows, words):
            yield f"| {' | '.join(head)} |"
            yield "|" + "".join("---|" if i in words else "---:|" for i in range(len(head)))
            yield from (f"| {' | '.join(map(_plain, row))} |" for row in rows)
        case Chart(name, _, caption) | Sheet(name, _, caption):
            yield from (f"![{_plain(caption)}]({FIGURES}/{name}.png)", "", f"*{_plain(caption)}*")


def _plain(text: str) -> str:
    """Text in which nothing means anything to Markdown."""
    return re.sub(r"([\\`*_\[\]<>|#~])", r"\\\1", text)
