"""A task's name stands in the table of tasks; everything else asks the table."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from longhand.tasks import TASKS

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "src" / "longhand" / "tasks.py"
NAMES = {name for task in TASKS.values() for name in (task.model, task.wire)}
FILES = [
    file
    for folder in ("src", "services", "pipelines", "benchmarks", "docs")
    for file in sorted((ROOT / folder).rglob("*.py"))
    if file != TABLE
]


def repeated(tree: ast.AST) -> Iterator[int]:
    """The lines where a program decides by a task's name: it compares with one, or lists some."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=left, comparators=others):
                found = any(_names(side) for side in (left, *others))
            case ast.MatchValue(value=value):
                found = _names(value)
            case ast.Dict(keys=keys):
                found = len(keys) > 1 and all(key is not None and _names(key) for key in keys)
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                found = len(parts) > 1 and all(map(_names, parts))
            case ast.Subscript(value=ast.Name(id="Literal"), slice=choice):
                found = any(map(_names, choice.elts if isinstance(choice, ast.Tuple) else [choice]))
            case _:
                found = False
        if found:
            yield node.lineno


def _names(node: ast.AST) -> bool:
    """Whether an expression is a task's name, or a member of an enumeration that is called like one."""
    match node:
        case ast.Constant(value=str(value)):
            return value in NAMES
        case ast.Attribute(value=ast.Name(id="Task" | "ModelName"), attr=attr):
            return attr.lower().replace("_", "-") in NAMES
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            return any(map(_names, parts))
    return False


def test_no_program_compares_with_a_tasks_name() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{line}" for file in FILES for line in repeated(ast.parse(file.read_text("utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        'size = 1 if card.task == "character" else 6',
        'if "text" != recipe.model: pass',
        'if model in ("characters",): pass',
        "if task is Task.CHARACTER: pass",
        "if model is ModelName.TEXT_FAST: pass",
        'MODELS = {"character": "characters", "text": "text"}',
        'MODELS = ("characters", "text")',
        'model: Literal["characters", "text"]',
        'match task:\n    case "text": pass',
    ],
)
def test_the_search_finds_what_it_is_for(code: str) -> None:
    assert list(repeated(ast.parse(code)))


@pytest.mark.parametrize("code", ['line = {"text": text, "name": name}', 'body["text"]', 'Path("bundles") / "text"'])
def test_a_field_that_is_called_text_is_no_task(code: str) -> None:
    assert not list(repeated(ast.parse(code)))
