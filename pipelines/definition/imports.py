"""The files of this project that a module imports, by whatever detour."""

import ast
from collections.abc import Collection, Iterator
from pathlib import Path

import grimp

from longhand.tasks import TASKS

PACKAGES = ("longhand", "pipelines")
Edge = tuple[str, str]
"""A module and one that it imports."""


class Imports:
    """The import graph of a checkout. Imports inside of functions count like all others."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._graph = grimp.build_graph(*PACKAGES, cache_dir=None)

    def files(self, module: str, without: Collection[Edge] = ()) -> list[str]:
        """The files, from the checkout's root, that decide what a module does; `without` are imports that do not."""
        reached, waiting = {module}, [module]
        while waiting:
            found = set(self._needed(waiting.pop(), without)) - reached
            reached |= found
            waiting += found
        code = [file for name in reached if _has_code(self._root / (file := self._file(name)))]
        return sorted({*code, *(data for file in code for data in self._data(file))})

    def imports(self, edge: Edge) -> bool:
        """Whether the one module imports the other directly."""
        return edge[1] in self._graph.find_modules_directly_imported_by(edge[0])

    def _needed(self, module: str, without: Collection[Edge]) -> Iterator[str]:
        """What a module imports, and the packages above it: Python runs their `__init__` first.

        A module that finds the parts of tasks by `longhand.tasks.part` needs those of its package, by name.
        """
        yield from (m for m in self._graph.find_modules_directly_imported_by(module) if (module, m) not in without)
        package = module.rpartition(".")[0]
        if package:
            yield package
        if _finds_parts(self._root / self._file(module)):
            parts = {f"{package}.{task.module}" for task in TASKS.values()}
            yield from parts & self._graph.modules

    def _data(self, file: str) -> Iterator[str]:
        """The files beside a module that are no code and that it names, as a list of words."""
        path = self._root / file
        content = path.read_text("utf-8")
        beside = [other for other in path.parent.iterdir() if other.is_file() and other.suffix not in (".py", ".pyc")]
        yield from (other.relative_to(self._root).as_posix() for other in beside if f'"{other.name}"' in content)

    def _file(self, module: str) -> str:
        stem = Path(*module.split("."))
        stem = stem if module.split(".")[0] == "pipelines" else "src" / stem
        file = stem.with_suffix(".py")
        return file.as_posix() if (self._root / file).exists() else (stem / "__init__.py").as_posix()


def _has_code(file: Path) -> bool:
    """Whether a file holds more than a docstring."""
    return any(not _is_text(line) for line in ast.parse(file.read_bytes()).body)


def _finds_parts(file: Path) -> bool:
    """Whether a file imports `part` of the tasks' table."""
    imports = [line for line in ast.parse(file.read_bytes()).body if isinstance(line, ast.ImportFrom)]
    return any(line.module == "longhand.tasks" and "part" in {n.name for n in line.names} for line in imports)


def _is_text(line: ast.stmt) -> bool:
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant) and isinstance(line.value.value, str)
