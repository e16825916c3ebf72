"""What systems leave beside people's files is passed over, by every format and by `longhand read`."""

import ast
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from longhand.cli.reading import find_pictures
from longhand.datasets.formats import detect, read
from longhand.datasets.hidden import find_files, is_hidden
from tests.datasets.drawn import document, picture
from tests.datasets.test_formats import LAID_OUT

SOURCES = Path(__file__).parents[2] / "src" / "longhand"
FOLDERS = (".ipynb_checkpoints", "@eaDir", "__MACOSX", ".git")
FILES = ("Thumbs.db", "desktop.ini", ".DS_Store")


def classes_of_splits(folder: Path) -> None:
    for name in ("train/7/1.png", "test/7/2.png"):
        picture(folder, name)


KINDS: dict[str, Callable[[Path], object]] = {**LAID_OUT, "classes of splits": classes_of_splits}


def litter(folder: Path) -> None:
    """What macOS, Windows, Synology and notebooks leave: companions of every file, and copies in folders of theirs."""
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        (path.parent / f"._{path.name}").write_bytes(b"\0\5\x16\7\0\2\0\0Mac OS X")
        for name in FOLDERS:
            (path.parent / name).mkdir(exist_ok=True)
            shutil.copy(path, path.parent / name / path.name)
        for name in FILES:
            (path.parent / name).write_bytes(b"\0")
    shutil.copytree(folder, folder / "__MACOSX" / "copy", ignore=shutil.ignore_patterns("__MACOSX"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_format_reads_the_same_samples_with_and_without_what_systems_leave(tmp_path: Path, kind: str) -> None:
    tmp_path.joinpath("set").mkdir()
    KINDS[kind](tmp_path / "set")
    form, plain = detect(tmp_path / "set"), list(read(tmp_path / "set"))
    litter(tmp_path / "set")
    assert form == detect(tmp_path / "set") == kind.split()[0]
    found = list(read(tmp_path / "set"))
    assert [(s.name, s.text, s.group, s.split) for s in found] == [(s.name, s.text, s.group, s.split) for s in plain]


def test_pictures_to_read_are_those_of_people_unless_a_file_is_named(tmp_path: Path) -> None:
    picture(tmp_path, "a/1.png")
    litter(tmp_path)
    assert list(find_pictures([tmp_path])) == [tmp_path / "a/1.png"]
    named = tmp_path / "a/.ipynb_checkpoints/1.png"
    assert list(find_pictures([named])) == [named]


def test_a_folder_below_a_hidden_one_is_read(tmp_path: Path) -> None:
    picture(tmp_path, ".cache/scans/1.png")
    assert list(find_pictures([tmp_path / ".cache/scans"])) == [tmp_path / ".cache/scans/1.png"]


@pytest.mark.parametrize("name", ["@EADIR/a.png", "a/THUMBS.DB", "__macosx/x", "$RECYCLE.BIN/1.png", "a/.b/c"])
def test_systems_names_are_known_in_any_case(name: str) -> None:
    assert is_hidden(Path(name))


@pytest.mark.parametrize("name", ["a.b/c.png", "_a/1.png", "eaDir/1.png", "A_/1.png", "desktop/1.png"])
def test_peoples_names_are_not_hidden(name: str) -> None:
    assert not is_hidden(Path(name))


def test_folders_named_like_files_are_none(tmp_path: Path) -> None:
    for name in ("a.csv", "b.xml", "c.png"):
        (tmp_path / name).mkdir()
    assert find_files(tmp_path) == []


def test_endings_match_in_any_case(tmp_path: Path) -> None:
    for name in ("a.xml", "b.XML", "c.Xml", "d.xmlx"):
        document(tmp_path, name)
    assert [path.name for path in find_files(tmp_path, "**/*.xml")] == ["a.xml", "b.XML", "c.Xml"]


def test_one_place_looks_for_files() -> None:
    """Whatever walks a folder of people's files asks `hidden`, so that no format forgets."""
    walking = {"glob", "rglob", "iterdir", "walk", "scandir", "listdir"}
    modules = [*(SOURCES / "datasets").rglob("*.py"), SOURCES / "cli" / "reading.py"]
    found = {
        path.name
        for path in modules
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in walking
    }
    assert found == {"hidden.py", "places.py"}, "places.py lists a folder to look a name up in it"
