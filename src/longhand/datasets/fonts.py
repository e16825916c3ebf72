"""Words rendered with handwriting faces (TrueType, OpenType or WOFF2)."""

from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from longhand.datasets.idx import encode_png
from longhand.datasets.sample import DatasetError, Sample
from longhand.datasets.splits import assign_split

_SIZE = 56


def find_faces(folder: Path) -> list[Path]:
    """The font files of a folder, sorted; raises DatasetError where there are none."""
    faces = sorted(p for p in folder.glob("*") if p.suffix in {".woff2", ".ttf", ".otf"})
    if not faces:
        raise DatasetError(f"{folder} holds no font (.woff2, .ttf or .otf).")
    return faces


def render(text: str, face: Path, random: np.random.Generator) -> NDArray[np.uint8] | None:
    """Render a text, dark on light, about 64 rows high; None where the face lacks a character of it."""
    font = _load(face)
    if any(not c.isspace() and not _has(face, c) for c in text):
        return None
    left, top, right, bottom = font.getbbox(text)
    page = Image.new("L", (int(right - left) + 24, int(bottom - top) + 24), 255)
    ImageDraw.Draw(page).text((12 - left, 12 - top), text, font=font, fill=int(random.integers(0, 90)))
    slant = float(random.uniform(-0.25, 0.25))
    shift = abs(slant) * page.height
    wide = (int(page.width + shift), page.height)
    offset = -shift if slant > 0 else 0.0
    bent = page.transform(
        wide, Image.Transform.AFFINE, (1, slant, offset, 0, 1, 0), Image.Resampling.BILINEAR, fillcolor=255
    )
    return np.asarray(bent, np.uint8)


def render_samples(texts: Sequence[str], faces: Sequence[Path], count: int, seed: int, name: str) -> Iterator[Sample]:
    """Render `count` pictures of texts in random faces; the same seed gives the same pictures. A face is a group."""
    random = np.random.default_rng(seed)
    for i in range(count):
        text, tries = texts[i % len(texts)], 0
        while True:
            face = faces[int(random.integers(len(faces)))]
            if all(c.isspace() or _has(face, c) for c in text) or tries > 20:
                break
            tries += 1
        picture = partial(_render_file, text, face, int(random.integers(2**32)))
        yield Sample(name, f"{name}-{i:06}", text, face.stem, assign_split(face.stem, seed), picture)


def _render_file(text: str, face: Path, seed: int) -> bytes:
    pixels = render(text, face, np.random.default_rng(seed))
    if pixels is None:
        raise OSError(f"no face can write {text!r}")
    return encode_png(pixels)


@lru_cache(maxsize=256)
def _load(face: Path) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(face, _SIZE)


@lru_cache(maxsize=65536)
def _has(face: Path, character: str) -> bool:
    """Whether a face has a glyph: what it draws differs from what it draws for a character that none has."""
    font = _load(face)
    return _ink(font, character) not in (_ink(font, "\U0010fffe"), b"")


def _ink(font: ImageFont.FreeTypeFont, character: str) -> bytes:
    return bytes(font.getmask(character))
