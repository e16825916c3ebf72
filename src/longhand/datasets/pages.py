"""Whole pages with ALTO or PAGE XML beside their pictures, cut into lines along their outlines."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path, PureWindowsPath

import cv2
import numpy as np
from numpy.typing import NDArray

from longhand.datasets.folders import PICTURES
from longhand.datasets.idx import encode_png
from longhand.datasets.layouts import Layout, Point, read_layout
from longhand.datasets.sample import DatasetError, Sample
from longhand.datasets.source import Source
from longhand.handwriting.alphabet import normalise
from longhand.handwriting.errors import PictureError
from longhand.handwriting.images import decode

_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:alto|PcGts)(?![\w.:-])")
_MAX_BYTES = 2**28
_SKEW = 0.02


@dataclass(frozen=True)
class _Scan:
    """A page's picture; `ground` is the median of its gray, the paper where most of it is bare."""

    gray: NDArray[np.uint8]
    ground: int


def read_pages(source: Source, *, pattern: str = "**/*.xml", leave_out: Collection[str] = ()) -> Iterator[Sample]:
    """Read every page that matches `pattern`; a page is a group.

    A line is cut out along its polygon, else its box, and what lies outside becomes the page's ground. Lines of a
    kind in `leave_out` (a part of its label suffices, as `Print`) are dropped, as are those without text or outline.
    METS files and other XML are passed over.
    """
    files = [file for file in source.files(pattern) if _is_layout(file)]
    if not files:
        raise DatasetError(f"{source.folder} holds no ALTO or PAGE XML that matches {pattern}.")
    for file in files:
        yield from _read_page(source, file, leave_out)


def has_pages(folder: Path) -> bool:
    """Whether a folder, or one below it, holds ALTO or PAGE XML."""
    return any(_is_layout(file) for file in folder.rglob("*.xml"))


def cut(scan: NDArray[np.uint8], outline: NDArray[np.float64], ground: int) -> NDArray[np.uint8] | None:
    """The part of a page inside an outline (points × 2, in pixels), on ground; None where no pixel is inside."""
    height, width = scan.shape
    points = np.rint(outline).astype(np.int64).clip(0, [width - 1, height - 1])
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    if left == right or top == bottom:
        return None
    part = scan[top : bottom + 1, left : right + 1]
    inside = cv2.fillPoly(np.zeros(part.shape, np.uint8), [(points - (left, top)).astype(np.int32)], 1)
    return np.where(inside, part, np.uint8(ground)).astype(np.uint8)


def _is_layout(path: Path) -> bool:
    with path.open("rb") as file:
        return _ROOT.search(file.read(4096).decode("utf-8", errors="replace")) is not None


def _read_page(source: Source, file: Path, leave_out: Collection[str]) -> Iterator[Sample]:
    layout = read_layout(file)
    picture = _find_picture(source, file, layout.picture)
    page = Path(picture).with_suffix("").as_posix()
    for number, line in enumerate(layout.lines):
        text = normalise(line.text)
        if any(word.lower() in kind.lower() for word in leave_out for kind in line.kinds):
            source.drop("left_out")
        elif not text:
            source.drop("without_text")
        elif not line.outline:
            source.drop("without_outline")
        else:
            read = partial(_read_line, source, picture, layout, line.outline)
            yield source.sample(f"{page}-{number:03}", text, page, read=read)


def _find_picture(source: Source, file: Path, named: str) -> str:
    """The page's picture, relative to the folder: of the same name, else the one named, beside the file or above."""
    name = PureWindowsPath(named).name
    places = [folder for folder in (file.parent, file.parent.parent) if folder.is_relative_to(source.folder)]
    own = (
        p for place in places for p in sorted(place.glob(f"{_literal(file.stem)}.*")) if p.suffix.lower() in PICTURES
    )
    found = next(own, None) or next((p / name for p in places if name and (p / name).is_file()), None)
    if found is None:
        raise DatasetError(f"{file}: its picture {name or file.stem} is not beside it. Put it there.")
    return found.relative_to(source.folder).as_posix()


def _literal(name: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


def _read_line(source: Source, picture: str, layout: Layout, outline: tuple[Point, ...]) -> bytes:
    scan = _scan(source.folder, picture)
    part = cut(scan.gray, np.asarray(outline) * _scale(scan.gray, layout, picture), scan.ground)
    if part is None:
        raise OSError(f"a line of {picture} has no area on the page")
    return encode_png(part)


def _scale(gray: NDArray[np.uint8], layout: Layout, picture: str) -> NDArray[np.float64]:
    """Pixels per unit of the layout, horizontally and vertically; they agree where the picture is the one meant."""
    if not layout.width or not layout.height:
        return np.ones(2)
    scale = np.array([gray.shape[1] / layout.width, gray.shape[0] / layout.height])
    if abs(scale[0] / scale[1] - 1) > _SKEW:
        size = f"{gray.shape[1]} × {gray.shape[0]}"
        raise OSError(f"{picture} is {size}, its layout {layout.width:g} × {layout.height:g}: not the same page")
    return scale


@lru_cache(maxsize=1)
def _scan(folder: Path, picture: str) -> _Scan:
    """A page's picture, kept until the next page's is read, as a page's lines are read one after another."""
    try:
        gray = decode(Source(folder, "").read(picture), _MAX_BYTES).gray
    except PictureError as error:
        raise OSError(f"{picture}: {error.sentence}") from error
    return _Scan(gray, int(np.median(gray)))
