"""A report as PDF, on A4."""

import io
from pathlib import Path

import numpy as np
from fpdf import FPDF, XPos, YPos
from fpdf.enums import TableBordersLayout, TableHeadingsDisplay
from fpdf.fonts import FontFace

from pipelines.report.charts import as_png
from pipelines.report.document import Block, Chart, Document, Heading, Paragraph, Sheet, Table
from pipelines.report.sheets import compose_rows, encode, fonts

FONT = "DejaVu"
INK, GREY, LINE = (28, 33, 39), (93, 102, 112), (213, 218, 224)
SIZES = {2: 15.0, 3: 11.5}


class _Pages(FPDF):
    """A4 with the report's title and the page's number below."""

    def footer(self) -> None:
        """See FPDF."""
        self.set_y(-14)
        self.set_font(FONT, size=8)
        self.set_text_color(*GREY)
        self.cell(0, 6, str(self.title), align="L")
        self.set_x(self.l_margin)
        self.cell(0, 6, f"{self.page_no()}", align="R")


def write(document: Document, path: Path) -> None:
    """Write the report."""
    pages = _begin(document)
    for block in document.blocks:
        _show(pages, block)
    pages.output(str(path))


def _begin(document: Document) -> _Pages:
    pages = _Pages(format="A4")
    pages.set_title(document.title)
    pages.set_margins(18, 18, 18)
    pages.set_auto_page_break(True, margin=20)
    pages.add_font(FONT, "", str(fonts() / "DejaVuSans.ttf"))
    pages.add_font(FONT, "B", str(fonts() / "DejaVuSans-Bold.ttf"))
    pages.add_page()
    _write(pages, document.title, 20, "B", gap=1)
    _write(pages, document.subtitle, 9, colour=GREY, gap=4)
    return pages


def _show(pages: _Pages, block: Block) -> None:
    match block:
        case Heading(text, level):
            _leave(pages, 50)
            if level == 2:
                pages.start_section(text)
            pages.ln(5 if level == 2 else 2)
            _write(pages, text, SIZES.get(level, 20), "B", gap=1)
        case Paragraph(text):
            _write(pages, text, 9.5, gap=1.5)
        case Table():
            _table(pages, block)
        case Chart(_, figure, caption):
            width, height = figure.get_size_inches()
            _picture(pages, as_png(figure, 200), min(pages.epw, width * 25.4), height / width, gap=8)
            _write(pages, caption, 8, colour=GREY, gap=3)
        case Sheet(_, cells, caption):
            _write(pages, caption, 8, colour=GREY, gap=2)
            for row in compose_rows(cells):
                _picture(pages, encode(np.asarray(row)), pages.epw, row.height / row.width)


def _write(
    pages: _Pages, text: str, size: float, style: str = "", colour: tuple[int, int, int] = INK, gap: float = 0
) -> None:
    pages.set_font(FONT, style, size)
    pages.set_text_color(*colour)
    pages.multi_cell(0, size * 0.53, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pages.ln(gap)


def _table(pages: _Pages, table: Table) -> None:
    pages.ln(1)
    pages.set_font(FONT, size=8)
    pages.set_text_color(*INK)
    pages.set_draw_color(*LINE)
    shares = _shares(pages, table)
    with pages.table(
        col_widths=shares,
        width=min(pages.epw, sum(shares)),
        text_align=["LEFT" if i in table.words else "RIGHT" for i in range(len(table.head))],
        align="LEFT",
        line_height=4.6,
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="", color=GREY),
        repeat_headings=TableHeadingsDisplay.ON_TOP_OF_EVERY_PAGE,
    ) as rows:
        for row in (table.head, *table.rows):
            rows.row(list(row))
    pages.ln(3)


def _shares(pages: _Pages, table: Table) -> list[float]:
    """Widths of the columns in millimetres, each as wide as its widest cell, as far as the page goes."""
    columns = zip(table.head, *table.rows, strict=True)
    widest = [min(70.0, max(pages.get_string_width(cell) for cell in column) + 5) for column in columns]
    scale = min(1.0, pages.epw / sum(widest))
    return [width * scale for width in widest]


def _picture(pages: _Pages, png: bytes, width: float, ratio: float, gap: float = 0) -> None:
    """A picture on one page, with `gap` millimetres left below; `ratio` is its height by its width."""
    _leave(pages, width * ratio + gap)
    pages.image(io.BytesIO(png), w=width)
    pages.ln(1)


def _leave(pages: _Pages, height: float) -> None:
    """Go on to the next page where less than `height` millimetres are left."""
    if pages.get_y() + height > pages.h - pages.b_margin:
        pages.add_page()
