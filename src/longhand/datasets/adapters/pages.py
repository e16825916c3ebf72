"""Whole pages with ALTO or PAGE XML beside their pictures, cut into lines along their outlines."""

import posixpath
import re
from collections.abc import Collection, Iterator
from functools import partial
from pathlib import Path, PureWindowsPath

from longhand.datasets.adapters.layouts import Layout, Point, read_layout
from longhand.datasets.adapters.scans import cut_box, cut_outline, read_scan
from longhand.datasets.hidden import PICTURES, find_files
from longhand.datasets.png import encode_png
from longhand.datasets.sample import DatasetError, Sample
from longhand.datasets.source import Source
from longhand.handwriting.alphabet import normalise

OUTLINE, BOX = "outline", "box"
CUTS = (OUTLINE, BOX)
"""How a line is cut out of its page: along its outline, or as the box around it."""
_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:alto|PcGts)(?![\w.:-])")


def read_pages(
    source: Source, *, pattern: str = "**/*.xml", leave_out: Collection[str] = (), cut: str = OUTLINE
) -> Iterator[Sample]:
    """Read every page that matches `pattern`; a page is a group.

    A line is cut out along its polygon, else its box, and what lies outside becomes the page's ground. With `cut`
    "box" it is the box around the polygon, with the strokes of neighbouring lines in it. Lines of a
    kind in `leave_out` (a part of its label suffices, as `Print`) are dropped, as are those without text or outline.
    METS files and other XML are passed over.
    """
    files = [file for file in source.files(pattern) if _is_layout(file)]
    if not files:
        raise DatasetError(f"{source.folder} holds no ALTO or PAGE XML that matches {pattern}.")
    if cut not in CUTS:
        raise DatasetError(f"Lines cannot be cut out by {cut!r}. Choose one of {', '.join(CUTS)}.")
    for file in files:
        yield from _read_page(source, file, leave_out, boxed=cut == BOX)


def has_pages(folder: Path) -> bool:
    """Whether a folder, or one below it, holds ALTO or PAGE XML."""
    return any(_is_layout(file) for file in find_files(folder, "**/*.xml"))


def _is_layout(path: Path) -> bool:
    with path.open("rb") as file:
        return _ROOT.search(file.read(4096).decode("utf-8", errors="replace")) is not None


def _read_page(source: Source, file: Path, leave_out: Collection[str], boxed: bool) -> Iterator[Sample]:
    layout = read_layout(file)
    picture = _find_picture(source, file, layout.picture)
    page = Path(picture or file.relative_to(source.folder)).with_suffix("").as_posix()
    for number, line in enumerate(layout.lines):
        text = normalise(line.text)
        if any(word.lower() in kind.lower() for word in leave_out for kind in line.kinds):
            source.drop("left_out")
        elif not text:
            source.drop("without_text")
        elif not line.outline:
            source.drop("without_outline")
        else:
            read = partial(_read_line, source, picture, layout, line.outline, boxed)
            yield source.sample(f"{page}-{number:03}", text, page, read=read)


def _find_picture(source: Source, file: Path, named: str) -> str | None:
    """The page's picture, relative to the folder: where the file says, as seen from it or from a folder above; else of
    that name beside it or one above; else of the file's own name there. None where there is none."""
    here = file.parent.relative_to(source.folder)
    name = PureWindowsPath(named).name
    above = [here, *here.parents]
    said = (_join(folder, named) for folder in above) if name != named else ()
    near = (_join(folder, name) for folder in above[:2])
    found = (source.places.find(place) for place in (*said, *near) if name and place)
    own = (
        path.relative_to(source.folder).as_posix()
        for folder in above[:2]
        for path in find_files(source.folder / folder, f"{_literal(file.stem)}.*")
        if path.suffix.lower() in PICTURES
    )
    return next((place for place in found if place), None) or next(own, None)


def _join(folder: Path, named: str) -> str | None:
    """A path as seen from a folder; None where it leads outside, as one from a machine's root does."""
    place = posixpath.normpath(posixpath.join(folder.as_posix(), named.replace("\\", "/")))
    return None if place.startswith(("../", "/")) else place


def _literal(name: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


def _read_line(source: Source, picture: str | None, layout: Layout, outline: tuple[Point, ...], boxed: bool) -> bytes:
    if picture is None:
        raise OSError(f"the page's picture {layout.picture} is not there")
    scan = read_scan(source.folder, picture, layout.width, layout.height)
    placed = scan.place(outline)
    part = cut_box(scan.gray, placed) if boxed else cut_outline(scan.gray, placed, scan.ground)
    if part is None:
        raise OSError(f"a line of {picture} has no area on the page")
    return encode_png(part)
