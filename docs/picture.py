"""`docs/readings.png`: strokes that this project draws, and beside them what the shipped bundles read in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from longhand.datasets.synthetic.strokes import draw
from longhand.handwriting.images import Picture
from longhand.handwriting.transcription import Transcription
from longhand.inference import Recogniser, load
from longhand.tasks import CHARACTERS, TEXT

PAGE = Path("docs/readings.png")
WIDTH, ROW, LEFT, RIGHT = 920, 84, 24, 520
DRAWN = (
    (TEXT, (("Longhand reads", 29), ("Gartenweg 12", 21), ("Rue de Lyon", 11), ("May 1905", 35))),
    (CHARACTERS, (("R", 38), ("7", 6))),
)
PAPER, GREY, BLACK = 255, 130, 20
GLYPH_ROW = 400


@dataclass(frozen=True)
class Row:
    """A drawing with what was read in it."""

    drawn: NDArray[np.uint8]
    reading: Transcription


def write(root: Path) -> list[Path]:
    """Draw the picture, and say where it is."""
    rows = [row for task, drawn in DRAWN for row in _read(load(root / "bundles" / task.model), drawn)]
    sheet = Image.new("L", (WIDTH, ROW * len(rows) + 24), PAPER)
    for number, row in enumerate(rows):
        _place(sheet, row, 12 + number * ROW)
    sheet.save(root / PAGE, optimize=True)
    return [root / PAGE]


def _read(recogniser: Recogniser, texts: tuple[tuple[str, int], ...]) -> Iterator[Row]:
    """Every second drawing is light on dark, which is read as well."""
    for number, (text, seed) in enumerate(texts):
        drawn = draw(text, np.random.default_rng(seed), paper=244)
        shown = 255 - drawn if number % 2 else drawn
        yield Row(shown, recogniser.read([Picture(shown)])[0])


def _place(sheet: Image.Image, row: Row, top: int) -> None:
    pen = ImageDraw.Draw(sheet)
    picture = Image.fromarray(row.drawn)
    scale = min((ROW - 14) / picture.height, GLYPH_ROW / picture.width)
    small = picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.Resampling.LANCZOS)
    sheet.paste(small, (LEFT, top + (ROW - small.height) // 2))
    pen.text((RIGHT, top + 18), row.reading.text, BLACK, ImageFont.load_default(28))
    decision = "accept" if row.reading.accepted else "review"
    note = f"confidence {row.reading.confidence:.2f}, {decision}"
    pen.text((RIGHT, top + 54), note, GREY, ImageFont.load_default(15))
