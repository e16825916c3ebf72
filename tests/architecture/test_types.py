"""How much of the code is typed as anything at all."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = [file for part in ("src", "services", "pipelines") for file in sorted((ROOT / part).rglob("*.py"))]
MOST = 60


def annotations(tree: ast.AST) -> Iterator[ast.expr]:
    """Every annotation: of parameters, results, variables and fields."""
    for node in ast.walk(tree):
        match node:
            case ast.arg(annotation=ast.expr() as found) | ast.AnnAssign(annotation=found):
                yield found
            case ast.FunctionDef(returns=ast.expr() as found) | ast.AsyncFunctionDef(returns=ast.expr() as found):
                yield found


def is_vague(annotation: ast.expr) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "Any" for node in ast.walk(annotation))


def test_any_stands_in_at_most_sixty_annotations() -> None:
    counted = {
        str(file.relative_to(ROOT)): sum(map(is_vague, annotations(ast.parse(file.read_text())))) for file in CODE
    }
    total = sum(counted.values())
    worst = sorted(counted.items(), key=lambda pair: -pair[1])[:20]
    assert total <= MOST, f"{total} in all: {worst}"
