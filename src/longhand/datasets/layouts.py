"""Where the lines of a page stand and what they say: ALTO 2 to 4 and PAGE XML (2013 to 2019).

https://www.loc.gov/standards/alto, https://github.com/PRImA-Research-Lab/PAGE-XML
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from longhand.datasets.markup import Element, read_markup
from longhand.datasets.sample import DatasetError

Point = tuple[float, float]
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?")


@dataclass(frozen=True)
class Line:
    """A line of a page: its text, its outline (no points where it has none), and what kinds it is said to be of."""

    text: str
    outline: tuple[Point, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """The lines of a page that is `width` × `height`, in the unit of the outlines; 0 where that is not said."""

    picture: str
    width: float
    height: float
    lines: tuple[Line, ...]


def read_layout(path: Path) -> Layout:
    """Read an ALTO or PAGE file; raises DatasetError that names file and line."""
    root = read_markup(path)
    try:
        if root.tag == "alto":
            return _read_alto(root)
        if root.tag == "PcGts":
            return _read_page(root)
    except _BadValue as error:
        raise DatasetError(f"{path}, line {error.line}: {error}.") from error
    raise DatasetError(f"{path}, line {root.line}: neither ALTO nor PAGE XML, but <{root.tag}>.")


class _BadValue(ValueError):
    """An attribute that is no number."""

    def __init__(self, element: Element, name: str) -> None:
        super().__init__(f"{name}={element.attributes[name]!r} of {element.tag} is not a number")
        self.line = element.line


def _read_alto(root: Element) -> Layout:
    page = root.first("Layout", "Page") or root
    named = root.first("Description", "sourceImageInformation", "fileName")
    labels = {e.attributes.get("ID", ""): e.attributes.get("LABEL", "") for e in _children(root.first("Tags"))}
    lines = tuple(_alto_line(line, labels) for line in page.all("TextLine"))
    return Layout(named.text.strip() if named else "", _number(page, "WIDTH"), _number(page, "HEIGHT"), lines)


def _alto_line(line: Element, labels: dict[str, str]) -> Line:
    polygon = line.first("Shape", "Polygon")
    outline = _points(polygon.attributes.get("POINTS", "")) if polygon else _box(line)
    kinds = tuple(labels.get(tag, "") for tag in line.attributes.get("TAGREFS", "").split())
    return Line(_alto_text(line), outline or _around(_box(word) for word in line.of("String")), kinds)


def _alto_text(line: Element) -> str:
    """Words with a space for every SP, or between all of them where a line has none; HYP is a hyphen at its end."""
    spaced, text = bool(line.of("SP")), ""
    for piece in line.of("String", "SP", "HYP"):
        if piece.tag == "String":
            text += ("" if spaced or not text else " ") + piece.attributes.get("CONTENT", "")
        else:
            text += " " if piece.tag == "SP" else piece.attributes.get("CONTENT", "-")
    return text.strip()


def _box(element: Element) -> tuple[Point, ...]:
    if not {"HPOS", "VPOS", "WIDTH", "HEIGHT"} <= set(element.attributes):
        return ()
    x, y, width, height = (_number(element, name) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))
    return (x, y), (x + width, y), (x + width, y + height), (x, y + height)


def _around(outlines: Iterator[tuple[Point, ...]]) -> tuple[Point, ...]:
    points = [point for outline in outlines for point in outline]
    if not points:
        return ()
    (left, right), (top, bottom) = ((min(v), max(v)) for v in zip(*points, strict=True))
    return (left, top), (right, top), (right, bottom), (left, bottom)


def _read_page(root: Element) -> Layout:
    page = root.first("Page") or root
    lines = tuple(_page_line(region, line) for region in page.all("TextRegion") for line in region.of("TextLine"))
    picture = page.attributes.get("imageFilename", "")
    return Layout(picture, _number(page, "imageWidth"), _number(page, "imageHeight"), lines)


def _page_line(region: Element, line: Element) -> Line:
    coords = line.first("Coords")
    named = (line.attributes.get("production"), region.attributes.get("production"), region.attributes.get("type"))
    custom = re.findall(r"type:\s*([^;}]+)", line.attributes.get("custom", ""))
    return Line(
        _page_text(line),
        _points(coords.attributes.get("points", "")) if coords else (),
        tuple(kind for kind in (*custom, *named) if kind),
    )


def _page_text(line: Element) -> str:
    """The line's own text, its first reading where it has several; else those of its words."""
    readings = sorted(line.of("TextEquiv"), key=lambda e: int(_number(e, "index")))
    if readings:
        return _unicode(readings[0])
    return " ".join(_page_text(word) for word in line.of("Word"))


def _unicode(reading: Element) -> str:
    found = reading.first("Unicode")
    return found.text.strip() if found else ""


def _points(text: str) -> tuple[Point, ...]:
    """Points as `x,y x,y` or `x y x y`; none where they are no outline."""
    values = [float(number) for number in _NUMBER.findall(text)]
    points = tuple(zip(values[::2], values[1::2], strict=False))
    return points if len(points) > 2 else ()


def _number(element: Element, name: str) -> float:
    value = element.attributes.get(name, "0")
    if not _NUMBER.fullmatch(value.strip()):
        raise _BadValue(element, name)
    return float(value)


def _children(element: Element | None) -> list[Element]:
    return element.children if element else []
