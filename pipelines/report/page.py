"""A report as one HTML file that needs nothing beside it, in light and dark."""

import base64
import re
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from pipelines.report.charts import as_svg
from pipelines.report.document import Block, Cell, Chart, Document, Heading, Paragraph, Sheet, Table
from pipelines.report.sheets import encode

CSS = Path(__file__).with_name("page.css")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""The page may fetch nothing, from nowhere."""

HEIGHT = 56
"""Smaller pictures are enlarged to this many rows."""


def render(document: Document) -> str:
    """The page; each chart is in it as SVG, each picture as PNG."""
    body = "\n".join(_show(block) for block in document.blocks)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f"<title>{escape(document.title)}</title>\n<style>\n{CSS.read_text(encoding='utf-8')}</style>\n</head>\n"
        f'<body>\n<main>\n<h1>{escape(document.title)}</h1>\n<p class="subtitle">{escape(document.subtitle)}</p>\n'
        f"{_contents(document)}\n{body}\n</main>\n</body>\n</html>\n"
    )


def _contents(document: Document) -> str:
    titles = [block.text for block in document.blocks if isinstance(block, Heading) and block.level == 2]
    links = "".join(f'<li><a href="#{_anchor(title)}">{escape(title)}</a></li>' for title in titles)
    return f"<nav><ul>{links}</ul></nav>"


def _show(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f'<h{level} id="{_anchor(text)}">{escape(text)}</h{level}>'
        case Paragraph(text):
            return f"<p>{escape(text)}</p>"
        case Table():
            return "\n".join(_table(block))
        case Chart(name, figure, caption):
            drawn = as_svg(name, figure)
            return f'<figure class="chart">{drawn}<figcaption>{escape(caption)}</figcaption></figure>'
        case Sheet(_, cells, caption):
            items = "".join(f"<li>{_cell(cell)}</li>" for cell in cells)
            return f'<figure><figcaption>{escape(caption)}</figcaption><ul class="cells">{items}</ul></figure>'


def _table(table: Table) -> Iterator[str]:
    yield '<div class="scroll"><table>'
    yield f"<thead><tr>{_row(table.head, table.words, 'th')}</tr></thead><tbody>"
    yield from (f"<tr>{_row(row, table.words, 'td')}</tr>" for row in table.rows)
    yield "</tbody></table></div>"


def _row(cells: Sequence[str], words: tuple[int, ...], tag: str) -> str:
    kinds = [' class="name"' if i in words else "" for i in range(len(cells))]
    return "".join(f"<{tag}{kind}>{escape(cell)}</{tag}>" for cell, kind in zip(cells, kinds, strict=True))


def _cell(cell: Cell) -> str:
    rows, columns = cell.picture.shape[:2]
    data = base64.b64encode(encode(cell.picture)).decode("ascii")
    width = round(columns * (HEIGHT / rows if rows < HEIGHT else 1.0))
    read = "".join(escape(text) if right else f"<mark>{escape(text)}</mark>" for text, right in cell.read)
    lines = (("written", escape(cell.written)), ("read", read), ("remark", f"<small>{escape(cell.remark)}</small>"))
    texts = "".join(f'<span class="{name}">{text}</span>' for name, text in lines if text and text != "<small></small>")
    alt = escape(cell.written or cell.remark, quote=True)
    return f'<img alt="{alt}" style="width: {width}px" src="data:image/png;base64,{data}">{texts}'


def _anchor(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
