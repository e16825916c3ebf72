"""Files appear whole or not at all."""

import json
import multiprocessing
import stat
from pathlib import Path

import pytest

from longhand import durable


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    durable.write(path, b"one")
    durable.write(path, "zwei", mode=0o600)
    assert path.read_bytes() == b"zwei"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names(path.parent) == ["file"]


def test_a_file_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "file"
    durable.write(path, b"one")
    with pytest.raises(RuntimeError), durable.replacing(path) as file:
        file.write(b"half")
        raise RuntimeError
    assert path.read_bytes() == b"one"
    assert names(tmp_path) == ["file"]


def test_json_keeps_its_characters_and_ends_with_a_line_break(tmp_path: Path) -> None:
    durable.write_json(tmp_path / "value", {"b": "ü", "a": 1}, sort=True)
    assert (tmp_path / "value").read_text("utf-8") == '{"a": 1, "b": "ü"}\n'


def test_of_two_that_create_a_file_one_is_first(tmp_path: Path) -> None:
    path = tmp_path / "key"
    assert durable.create(path, b"first", mode=0o600)
    assert not durable.create(path, b"second")
    assert path.read_bytes() == b"first"
    assert names(tmp_path) == ["key"]


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    with pytest.raises(RuntimeError), durable.staging(folder) as aside:
        (aside / "half").touch()
        raise RuntimeError
    assert names(tmp_path) == []
    for content in ("old", "new"):
        with durable.staging(folder) as aside:
            (aside / content).touch()
    assert names(tmp_path) == ["folder"]
    assert names(folder) == ["new"]


def fill(folder: Path, number: int) -> None:
    """Puts a folder of files in place again and again."""
    for _ in range(20):
        with durable.staging(folder) as aside:
            for name in ("a", "b", "c"):
                durable.write_json(aside / name, number, durable=False)


def test_writers_that_race_leave_the_whole_folder_of_one_of_them(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=fill, args=(folder, number)) for number in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert len({json.loads((folder / name).read_text()) for name in ("a", "b", "c")}) == 1
    assert names(tmp_path) == ["folder"]
