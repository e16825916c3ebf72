"""Pictures beside each other, with what is written and what was read."""

import io
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipelines.report.document import Cell, Picture, Sheet, Spans

WIDTH, GAP, ROW = 1200, 18, 26
"""Pixels of a sheet as one picture, between its cells, and of a line of text."""
INK, GREY, PAPER = (28, 33, 39), (110, 118, 128), (255, 255, 255)
ACCENT, BAD = (47, 120, 183), (200, 80, 60)


def show(pixels: Picture) -> Picture:
    """A prepared picture, ink bright on 0, as dark ink on white."""
    return np.asarray(255 - pixels, np.uint8)


def encode(picture: Picture) -> bytes:
    """A picture as PNG, in colour with at most 64 of them."""
    file, image = io.BytesIO(), Image.fromarray(picture)
    (image.quantize(64) if image.mode == "RGB" else image).save(file, "PNG", optimize=True)
    return file.getvalue()


def compose(sheet: Sheet) -> bytes:
    """A sheet as one PNG."""
    rows = compose_rows(sheet.cells)
    page = Image.new("RGB", (WIDTH, sum(row.height for row in rows)), PAPER)
    top = 0
    for row in rows:
        page.paste(row, (0, top))
        top += row.height
    return encode(np.asarray(page))


def compose_rows(cells: Sequence[Cell]) -> list[Image.Image]:
    """Cells beside each other, as many to a row as fit."""
    return [_row(tiles) for tiles in _fill(_tile(cell) for cell in cells)]


def _row(tiles: Sequence[Image.Image]) -> Image.Image:
    row = Image.new("RGB", (WIDTH, max(tile.height for tile in tiles) + GAP), PAPER)
    left = 0
    for tile in tiles:
        row.paste(tile, (left, 0))
        left += tile.width + GAP
    return row


def _fill(tiles: Iterable[Image.Image]) -> Iterable[Sequence[Image.Image]]:
    row: list[Image.Image] = []
    for tile in tiles:
        if row and sum(one.width + GAP for one in row) + tile.width > WIDTH:
            yield row
            row = []
        row.append(tile)
    if row:
        yield row


def _tile(cell: Cell) -> Image.Image:
    picture = _enlarge(Image.fromarray(cell.picture).convert("RGB"))
    lines = [line for line in (_line(cell.written), cell.read, _line(cell.remark)) if line]
    width = max([picture.width, *(int(sum(_font(18).getlength(text) for text, _ in line)) for line in lines)])
    tile = Image.new("RGB", (min(width, WIDTH), picture.height + ROW * len(lines) + 2), PAPER)
    tile.paste(picture, (0, 0))
    draw, top = ImageDraw.Draw(tile), picture.height + 3
    for line in lines:
        left = 0.0
        for text, right in line:
            remark = line is lines[-1] and bool(cell.remark)
            draw.text(
                (left, top), text, fill=GREY if remark else INK if right else BAD, font=_font(14 if remark else 18)
            )
            left += _font(18).getlength(text)
        top += ROW
    return tile


def _line(text: str) -> Spans:
    return ((text, True),) if text else ()


def _enlarge(picture: Image.Image, least: int = 64) -> Image.Image:
    """Twice or more where the picture is small, less where it is wider than a sheet."""
    scale = min(max(1.0, least / picture.height), (WIDTH) / picture.width)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return picture.resize(size, Image.Resampling.LANCZOS if scale < 2 else Image.Resampling.BICUBIC)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fonts() / "DejaVuSans.ttf"), size)


def fonts() -> Path:
    """Where matplotlib keeps its DejaVu fonts, which have every character of the alphabet."""
    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"
