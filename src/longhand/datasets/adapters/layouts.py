"""Where the lines of a page stand and what they say: ALTO 2 to 4 and PAGE XML (2013 to 2019).

https://www.loc.gov/standards/alto, https://github.com/PRImA-Research-Lab/PAGE-XML
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from longhand.datasets.adapters.markup import Element, read_markup
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
    """Something at an element that cannot be read."""

    def __init__(self, element: Element, reason: str) -> None:
        super().__init__(reason)
        self.line = element.line


def _read_alto(root: Element) -> Layout:
    page = root.first("Layout", "Page") or root
    named = root.first("Description", "sourceImageInformation", "fileName")
    labels = {e.attributes.get("ID", ""): e.attributes.get("LABEL", "") for e in _children(root.first("Tags"))}
    lines = tuple(_alto_line(line, labels) for line in page.all("TextLine"))
    size = _number(page, "WIDTH"), _number(page, "HEIGHT")
    _check_unit(root.first("Description", "MeasurementUnit"), size)
    return Layout(named.text.strip() if named else "", *size, lines)


def _check_unit(unit: Element | None, size: tuple[float, float]) -> None:
    """Refuse places on a page that nothing brings to pixels; with the page's size, any unit does."""
    if unit and unit.text.strip().lower() not in ("", "pixel") and not all(size):
        raise _BadValue(
            unit,
            f"places are given in {unit.text.strip()}, and WIDTH and HEIGHT of Page are missing, which bring them to"
            " pixels. Export the page with its size, or in pixels",
        )


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
            text += ("" if spaced or not text else " ") + _alto_word(piece)
        else:
            text += " " if piece.tag == "SP" else piece.attributes.get("CONTENT", "-")
    return text.strip()


def _alto_word(word: Element) -> str:
    """A word's own text, else that of its glyphs."""
    return word.attributes.get("CONTENT") or "".join(g.attributes.get("CONTENT", "") for g in word.of("Glyph"))


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
    lines = tuple(_page_line(region, line) for region in page.below() for line in region.of("TextLine"))
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
    """The first text by index of a line that says something; else that of its words, and theirs of their glyphs."""
    readings = sorted(line.of("TextEquiv"), key=lambda e: int(_number(e, "index")))
    own = next((text for reading in readings if (text := _unicode(reading))), "")
    return own or " ".join(map(_page_text, line.of("Word"))) or "".join(map(_page_text, line.of("Glyph")))


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
        raise _BadValue(element, f"{name}={element.attributes[name]!r} of {element.tag} is not a number")
    return float(value)


def _children(element: Element | None) -> list[Element]:
    return element.children if element else []
