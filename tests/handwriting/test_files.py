"""The files of a bundle are named in one place."""

import ast
from collections.abc import Iterator
from pathlib import Path

from longhand.bundles.files import CARD, FILES, MODEL, NEEDED, is_bundle, list_files

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "src" / "longhand" / "bundles" / "files.py"
SOURCES = [
    path for part in ("src", "services", "pipelines", "docs", "benchmarks") for path in (ROOT / part).rglob("*.py")
]


def constants(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def names_a_file(text: str) -> bool:
    return any(text == name or text.endswith(f"/{name}") for name in FILES)


def test_no_other_module_names_a_file_of_a_bundle() -> None:
    naming = {path for path in SOURCES if any(map(names_a_file, constants(path)))}
    assert naming == {HOME}


def test_a_folder_with_the_needed_files_is_a_bundle(tmp_path: Path) -> None:
    (tmp_path / MODEL).write_bytes(b"")
    assert not is_bundle(tmp_path)
    (tmp_path / CARD).write_text("{}")
    assert is_bundle(tmp_path)
    assert [file.name for file in list_files(tmp_path)] == list(NEEDED)
