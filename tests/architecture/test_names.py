"""Names are the field's, and stand for few things each."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = [file for part in ("src", "services", "pipelines") for file in sorted((ROOT / part).rglob("*.py"))]

DIALECT = [
    "wish",
    "wishes",
    "told",
    "tells",
    "hand",
    "hands",
    "face",
    "faces",
    "chance",
    "chances",
    "diary",
    "diaries",
    "glimpse",
    "glimpses",
    "panel",
    "panels",
    "dock",
    "roster",
    "bell",
    "founding",
    "doubt",
    "doubts",
    "proposal",
    "proposals",
]
"""Words of our own for which the field has others: request, reported, writer, font, probability, training logger,
validation samples, held-out set, bundle loader, served models, notifier, initial accounts, uncertain position,
candidate."""

CONVENTIONS = {"__init__", "__main__", "app", "errors", "settings", "metrics", "routes", "tables", "worker", "child"}
"""The same file name in each service or room, for the same thing."""


def names(tree: ast.AST) -> Iterator[str]:
    """Every name that the code gives to something: functions, classes, parameters, variables, attributes."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.arg(arg=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name


def words(name: str) -> set[str]:
    """The words of a name, in small letters: `_readPage2` is read and page."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def test_names_are_the_fields_and_no_dialect() -> None:
    found = {
        f"{file.relative_to(ROOT)}: {name}"
        for file in CODE
        for name in {*names(ast.parse(file.read_text())), file.stem}
        if words(name) & set(DIALECT)
    }
    assert sorted(found) == []


def test_no_module_name_stands_for_four_things() -> None:
    rooms = [file for file in CODE if "routes" not in file.parts and "contracts" not in file.parts]
    counted = Counter(file.stem for file in rooms if "migrations" not in file.parts)
    assert {stem: n for stem, n in counted.items() if n > 3 and stem not in CONVENTIONS} == {}
