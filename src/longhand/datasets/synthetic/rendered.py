"""Words rendered with handwriting fonts (TrueType, OpenType or WOFF2)."""

from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from longhand.datasets.hidden import find_files
from longhand.datasets.png import encode_png
from longhand.datasets.sample import DatasetError, Sample
from longhand.datasets.splits import assign_split

FONTS = frozenset({".woff2", ".ttf", ".otf"})
_SIZE = 56


def find_fonts(folder: Path) -> list[Path]:
    """The font files of a folder, sorted; raises DatasetError where there are none."""
    fonts = [path for path in find_files(folder, "*") if path.suffix.lower() in FONTS]
    if not fonts:
        raise DatasetError(f"{folder} holds no font (.woff2, .ttf or .otf).")
    return fonts


def render(text: str, font: Path, random: np.random.Generator) -> NDArray[np.uint8] | None:
    """Render a text, dark on light, about 64 rows high; None where the font lacks a character of it.

    A word or line is now and then spaced, drifting, narrowed, widened or written with another pen.
    """
    loaded = load_font(font)
    if any(not c.isspace() and not has_glyph(font, c) for c in text):
        return None
    fill = int(random.integers(0, 90))
    page = _lay(text, loaded, fill, random) if len(text) > 1 and random.random() < 0.5 else _write(text, loaded, fill)
    slant = float(random.uniform(-0.25, 0.25))
    shift = abs(slant) * page.height
    wide = (int(page.width + shift), page.height)
    offset = -shift if slant > 0 else 0.0
    bent = page.transform(
        wide, Image.Transform.AFFINE, (1, slant, offset, 0, 1, 0), Image.Resampling.BILINEAR, fillcolor=255
    )
    pixels = np.asarray(bent, np.uint8)
    return _vary(pixels, random) if len(text) > 1 else pixels


def _write(text: str, font: ImageFont.FreeTypeFont, fill: int) -> Image.Image:
    left, top, right, bottom = font.getbbox(text)
    page = Image.new("L", (int(right - left) + 24, int(bottom - top) + 24), 255)
    ImageDraw.Draw(page).text((12 - left, 12 - top), text, font=font, fill=fill)
    return page


def _lay(text: str, font: ImageFont.FreeTypeFont, fill: int, random: np.random.Generator) -> Image.Image:
    """Write character by character, with a spacing and a drift of its own."""
    spacing, wobble, drift = random.uniform(-1, 5), random.uniform(0, 1.6), random.normal(0, 0.012)
    advances = [font.getlength(c) + spacing + random.normal(0, wobble) for c in text]
    if random.random() < 0.3:
        advances = [a * (random.uniform(1.2, 2.2) if c == " " else 1) for a, c in zip(advances, text, strict=True)]
    _, top, _, bottom = font.getbbox(text)
    width, height = int(sum(advances)) + 4 * _SIZE, int(bottom - top + abs(drift) * sum(advances)) + _SIZE
    page = Image.new("L", (max(8, width), height), 255)
    draw, pen = ImageDraw.Draw(page), float(_SIZE)
    for character, advance in zip(text, advances, strict=True):
        y = _SIZE / 2 - top + (abs(drift) * sum(advances) if drift < 0 else 0) + drift * (pen - _SIZE)
        draw.text((pen, y + random.normal(0, wobble)), character, font=font, fill=fill)
        pen += advance
    return page


def _vary(pixels: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    """Another width, another pen."""
    rows, columns = pixels.shape
    width = max(8, round(columns * float(np.exp(random.normal(0, 0.2)))))
    drawn = cv2.resize(pixels, (width, rows), interpolation=cv2.INTER_AREA)
    pen = random.random()
    if pen < 0.35:
        size = int(random.integers(2, 4))
        drawn = cv2.erode(drawn, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    return np.asarray(drawn, np.uint8)


def render_samples(texts: Sequence[str], fonts: Sequence[Path], count: int, seed: int, name: str) -> Iterator[Sample]:
    """Render `count` pictures of texts in random fonts; the same seed gives the same pictures. A font is a group."""
    random = np.random.default_rng(seed)
    for i in range(count):
        text, tries = texts[i % len(texts)], 0
        while True:
            font = fonts[int(random.integers(len(fonts)))]
            if all(c.isspace() or has_glyph(font, c) for c in text) or tries > 20:
                break
            tries += 1
        picture = partial(_render_file, text, font, int(random.integers(2**32)))
        yield Sample(name, f"{name}-{i:06}", text, font.stem, assign_split(font.stem, seed), picture)


def _render_file(text: str, font: Path, seed: int) -> bytes:
    pixels = render(text, font, np.random.default_rng(seed))
    if pixels is None:
        raise OSError(f"no font can write {text!r}")
    return encode_png(pixels)


@lru_cache(maxsize=256)
def load_font(font: Path) -> ImageFont.FreeTypeFont:
    """A font in the size in which it is drawn."""
    return ImageFont.truetype(font, _SIZE)


@lru_cache(maxsize=65536)
def has_glyph(font: Path, character: str) -> bool:
    """Whether a font has a glyph: what it draws differs from what it draws for a character that none has."""
    loaded = load_font(font)
    return _ink(loaded, character) not in (_ink(loaded, "\U0010fffe"), b"")


def _ink(font: ImageFont.FreeTypeFont, character: str) -> bytes:
    return bytes(font.getmask(character))
