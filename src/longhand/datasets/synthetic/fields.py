"""Entries of forms rendered with handwriting fonts: on a line, widely spaced, or one letter in each cell of a comb."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from longhand.datasets.png import encode_png
from longhand.datasets.sample import Sample, Split
from longhand.datasets.splits import assign_split
from longhand.datasets.synthetic.entries import Entry, is_figures, make_entries
from longhand.datasets.synthetic.families import find_continental
from longhand.datasets.synthetic.rendered import has_glyph, load_font, render
from longhand.tasks import WESTERN

Pixels = NDArray[np.uint8]
FORMS = 600
"""How many entries the set `forms` has, as many of each kind that the bar is about."""
_KINDS = ("date", "amount", "time", "number", "telephone", "place", "electronic")
_DISTINCT = WESTERN.replace("–", "").replace("—", "")
"""Many fonts draw dashes as they draw hyphens."""
_TRIES = 40


def render_entries(entries: Sequence[Entry], fonts: Sequence[Path], seed: int, name: str) -> Iterator[Sample]:
    """A picture of each entry in a font that can write it; a font is a group.

    Capitals and figures are spaced widely or written into a comb now and then. Figures are written by a font with
    continental shapes half of the time. The same seed gives the same pictures.
    """
    random, continental = np.random.default_rng(seed), find_continental(fonts) or fonts
    for i, (kind, text) in enumerate(entries):
        figures = any(c in "1479" for c in text) and random.random() < 0.5
        font = _choose(text, continental if figures else fonts, random)
        style = _choose_style(kind, text, random)
        own = int(random.integers(2**32))
        if font is not None:
            split = assign_split(font.stem, seed)
            yield Sample(name, f"{name}-{i:06}", text, font.stem, split, partial(_read, text, font, style, own))


def render_forms(fonts: Sequence[Path], name: str) -> Iterator[Sample]:
    """The FORMS entries that are only measured on: dates, amounts, times, numbers and addresses, always the same.

    Every font writes as many as the others.
    """
    split: Split = "unseen"
    per_kind = -(-FORMS // len(_KINDS))
    made = [make_entries(3 * per_kind, 2026 + i, _DISTINCT, (kind,)) for i, kind in enumerate(_KINDS)]
    waiting = [iter(dict.fromkeys(entries)) for entries in made]
    for i in range(FORMS):
        font = fonts[i % len(fonts)]
        text = next(text for _, text in waiting[i % len(_KINDS)] if _can_write(text, font))
        yield Sample(name, f"{name}-{i:03}", text, font.stem, split, partial(_read, text, font, "line", i))


def render_spaced(text: str, font: Path, random: np.random.Generator, comb: bool) -> Pixels:
    """A text with its characters at equal distances, up to one of them apart; with `comb` in cells. Dark on light."""
    loaded = load_font(font)
    widest = max(loaded.getlength(c) for c in text)
    pitch = widest * random.uniform(1.15, 1.6) + 8 if comb else widest * random.uniform(0.3, 1.1)
    _, top, _, bottom = loaded.getbbox(text + "Hg")
    height, edge = int(bottom - top) + 28, 16
    places = _place(text, pitch, comb, [loaded.getlength(c) for c in text])
    width = int(places[-1] + widest + 2 * edge) if not comb else int(pitch * len(text)) + 2 * edge
    page = Image.new("L", (width, height), 255)
    draw, wobble = ImageDraw.Draw(page), random.uniform(0, 2.5)
    if comb:
        _draw_cells(draw, len(text), pitch, height, edge, random)
    for character, x in zip(text, places, strict=True):
        at = edge + x + random.normal(0, wobble), 14 - top + random.normal(0, wobble)
        draw.text(at, character, font=loaded, fill=int(random.integers(0, 70)))
    return np.asarray(page, np.uint8)


def _place(text: str, pitch: float, comb: bool, advances: Sequence[float]) -> list[float]:
    """Where characters begin: in the middle of cells, or after each other with the pitch between them."""
    if comb:
        return [i * pitch + (pitch - advance) / 2 for i, advance in enumerate(advances)]
    ends = np.cumsum([0.0, *(advance + pitch for advance in advances)])
    return [float(end) for end in ends[:-1]]


def _draw_cells(
    draw: ImageDraw.ImageDraw, count: int, pitch: float, height: int, edge: int, random: np.random.Generator
) -> None:
    """Print a comb: whole cells, or a line below with short teeth."""
    shade, thick = int(random.integers(60, 190)), int(random.integers(1, 4))
    top = 4 if random.random() < 0.5 else int(height * random.uniform(0.6, 0.85))
    right, bottom = edge + count * pitch, height - 5
    draw.line((edge, bottom, right, bottom), shade, thick)
    if top == 4:
        draw.line((edge, top, right, top), shade, thick)
    for i in range(count + 1):
        draw.line((edge + i * pitch, top, edge + i * pitch, bottom), shade, thick)


def _choose_style(kind: str, text: str, random: np.random.Generator) -> str:
    share = random.random()
    if kind == "capitals" and len(text) > 1:
        return "line" if share < 0.3 else "spaced" if share < 0.65 else "comb"
    if is_figures(text):
        return "line" if share < 0.6 else "spaced" if share < 0.75 else "comb"
    return "line"


def _choose(text: str, fonts: Sequence[Path], random: np.random.Generator) -> Path | None:
    """A random font that can write a text, if one of a few can."""
    tried = (fonts[int(random.integers(len(fonts)))] for _ in range(_TRIES))
    return next((font for font in tried if _can_write(text, font)), None)


def _can_write(text: str, font: Path) -> bool:
    return all(c.isspace() or has_glyph(font, c) for c in text)


def _read(text: str, font: Path, style: str, seed: int) -> bytes:
    random = np.random.default_rng(seed)
    pixels = render(text, font, random) if style == "line" else render_spaced(text, font, random, style == "comb")
    if pixels is None:
        raise OSError(f"the font {font.name} cannot write {text!r}")
    return encode_png(pixels)
