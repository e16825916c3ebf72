"""XML read safely: without document types, so that no entity is expanded and nothing is fetched."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from longhand.datasets.sample import DatasetError


@dataclass
class Element:
    """An element by its local name; `line` is where it stands in its file, `text` what stands directly in it."""

    tag: str
    attributes: Mapping[str, str]
    line: int
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def of(self, *tags: str) -> list["Element"]:
        """The children with one of these tags."""
        return [child for child in self.children if child.tag in tags]

    def first(self, *path: str) -> "Element | None":
        """The first element at the end of a path of tags."""
        if not path:
            return self
        return next((found for child in self.of(path[0]) if (found := child.first(*path[1:]))), None)

    def all(self, tag: str) -> Iterator["Element"]:
        """Every element below with this tag, in the order of the document."""
        return (element for element in self.below() if element.tag == tag)

    def below(self) -> Iterator["Element"]:
        """Every element below, in the order of the document."""
        waiting = list(reversed(self.children))
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.children))


class _DocumentType(Exception):
    """The document declares a type, with which entities come."""


def read_markup(path: Path) -> Element:
    """The root of an XML file; raises DatasetError that names the line of what is wrong."""
    top = Element("", {}, 0)
    parser = expat.ParserCreate()
    _listen(parser, [top])
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror or error}.") from error
    except _DocumentType as error:
        where = f"{path}, line {parser.CurrentLineNumber}"
        raise DatasetError(f"{where}: has a document type (<!DOCTYPE …>), which is not read. Remove it.") from error
    except expat.ExpatError as error:
        raise DatasetError(f"{path}, line {error.lineno}: not XML ({expat.ErrorString(error.code)}).") from error
    return top.children[0]


def _listen(parser: expat.XMLParserType, open_elements: list[Element]) -> None:
    """Hang every element below the last of the open ones."""

    def start(tag: str, attributes: dict[str, str]) -> None:
        element = Element(tag.rpartition(":")[2], attributes, parser.CurrentLineNumber)
        open_elements[-1].children.append(element)
        open_elements.append(element)

    def end(_: str) -> None:
        open_elements.pop()

    def text(data: str) -> None:
        open_elements[-1].text += data

    def refuse(*_: object) -> None:
        raise _DocumentType

    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = text, refuse
