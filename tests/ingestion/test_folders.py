"""The imports directory, by path and by URL."""

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from services.ingestion.errors import UnknownFolder
from services.ingestion.folders import Imports


@pytest.fixture
def bucket() -> Iterator[str]:
    """Files at a URL, as a bucket has them."""
    memory = fsspec.filesystem("memory")
    for name, content in {"mine/a.txt": b"a", "mine/deep/b.txt": b"b", "other/c.txt": b"c"}.items():
        memory.pipe_file(f"/imports/{name}", content)
    memory.pipe_file("/secret/d.txt", b"d")
    yield "memory://imports"
    for folder in ("/imports", "/secret"):
        memory.rm(folder, recursive=True)


def test_a_folder_at_a_url_is_copied_to_this_machine(bucket: str, tmp_path: Path) -> None:
    copy = Imports(bucket).fetch("mine", tmp_path)
    assert copy == tmp_path / "mine"
    assert {p.relative_to(copy).as_posix(): p.read_text() for p in copy.rglob("*.txt")} == {
        "a.txt": "a",
        "deep/b.txt": "b",
    }
    assert (Imports(bucket).fetch("mine/deep", tmp_path / "again") / "b.txt").read_text() == "b"


@pytest.mark.parametrize("folder", ["", ".", "..", "../secret", "mine/../other", "/imports/mine", "gone", "a\0b"])
def test_what_is_not_below_the_url_is_refused_and_what_there_is_named(bucket: str, folder: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownFolder, match="There are: mine, other"):
        Imports(bucket).check(folder)
    with pytest.raises(UnknownFolder):
        Imports(bucket).fetch(folder, tmp_path)


def test_a_directory_is_read_where_it_lies_and_named_where_it_is_empty(tmp_path: Path) -> None:
    imports = Imports(str(tmp_path / "imports"))
    with pytest.raises(UnknownFolder, match=r"imports directory .*/imports\. It is empty"):
        imports.check("mine")
    for name in ("mine", ".Trash", "@eaDir"):
        (tmp_path / "imports" / name).mkdir(parents=True)
    with pytest.raises(UnknownFolder, match=r"There are: mine\.$"):
        imports.check("gone")
    assert imports.fetch("mine", tmp_path / "copy") == tmp_path / "imports" / "mine"
    assert not (tmp_path / "copy").exists()
