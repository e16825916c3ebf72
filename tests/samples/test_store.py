"""Blobs and frozen versions, in a directory and in an object store."""

import hashlib
import json
import uuid
from pathlib import Path

import pytest

from longhand.contracts.datasets import UnreadableFile
from longhand.samples.blobs import Blobs, place
from longhand.samples.errors import DamagedSample, UnknownSample
from longhand.samples.files import Files
from longhand.samples.versions import Line, Versions


@pytest.fixture(params=["directory", "object store"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    return Files(tmp_path / "store" if request.param == "directory" else f"memory://{uuid.uuid4().hex}")


def make_lines(files: Files, count: int = 3) -> list[Line]:
    blobs = Blobs(files)
    keys = [blobs.put(f"picture {number}".encode(), durable=False) for number in range(count)]
    return [
        Line(key, f"Straße {i}", f"w{i}", "train" if i else "test", "mine", f"{i}.png") for i, key in enumerate(keys)
    ]


def test_a_blob_lies_under_its_hash_once(files: Files) -> None:
    blobs = Blobs(files)
    key = blobs.put(b"bytes")
    assert key == hashlib.sha256(b"bytes").hexdigest() == blobs.put(b"bytes")
    assert blobs.get(key) == b"bytes"


def test_an_unknown_blob_and_a_damaged_one_are_told_apart(files: Files) -> None:
    blobs = Blobs(files)
    with pytest.raises(UnknownSample):
        blobs.get("0" * 64)
    files.write(place(key := blobs.put(b"bytes")), b"other")
    with pytest.raises(DamagedSample):
        blobs.get(key)


def test_a_frozen_version_is_a_folder_of_lines_and_pictures(files: Files, tmp_path: Path) -> None:
    versions = Versions(files)
    unreadable = [UnreadableFile(file="bad.png", reason="cut off")]
    known = versions.freeze("mine", make_lines(files), {"folder": "mine"}, duplicates=2, unreadable=unreadable)
    assert (known.pictures, known.splits, known.duplicates) == (3, {"test": 1, "train": 2}, 2)
    folder = versions.fetch(known.version, tmp_path / "cache")
    rows = [json.loads(line) for line in (folder / "lines.jsonl").read_text().splitlines()]
    assert {row["text"]: (folder / row["image"]).read_bytes() for row in rows} == {
        f"Straße {number}": f"picture {number}".encode() for number in range(3)
    }
    assert versions.fetch(known.version, tmp_path / "cache") == folder
    assert versions.all() == [versions.get(known.version)] == [known]


def test_the_same_content_is_the_same_version_and_is_made_once(files: Files) -> None:
    versions, lines = Versions(files), make_lines(files)
    first = versions.freeze("mine", lines, {})
    assert versions.freeze("again", lines[::-1], {"other": 1}) == first
    assert versions.freeze("mine", lines[1:], {}).version != first.version
    assert len(versions.all()) == 2


def test_a_version_is_private_unless_it_was_frozen_as_published(files: Files) -> None:
    versions, lines = Versions(files), make_lines(files)
    assert versions.freeze("mine", lines, {}).private
    published = versions.freeze("catalogue", lines[1:], {}, private=False)
    assert not versions.get(published.version).private


def test_a_version_that_was_frozen_before_privacy_was_recorded_is_read_and_is_private(files: Files) -> None:
    versions = Versions(files)
    known = versions.freeze("mine", make_lines(files), {}, private=False)
    place = f"versions/{known.version}/version.json"
    old = json.loads(files.read(place))
    del old["private"]
    files.write(place, json.dumps(old).encode())
    assert versions.get(known.version).private


def test_a_version_that_is_not_there_is_unknown(files: Files) -> None:
    versions = Versions(files)
    assert versions.all() == []
    for name in ("0" * 64, "../blobs", ""):
        with pytest.raises(UnknownSample):
            versions.get(name)


def test_a_freeze_that_breaks_off_leaves_no_version(files: Files) -> None:
    lines = make_lines(files)
    with pytest.raises(FileNotFoundError):
        Versions(files).freeze("mine", [*lines, Line("f" * 64, "lost", "w", "train", "mine", "x")], {})
    assert Versions(files).all() == []


def test_pictures_are_not_stored_twice_where_the_file_system_can_link(tmp_path: Path) -> None:
    files = Files(tmp_path)
    lines = make_lines(files)
    known = Versions(files).freeze("mine", lines, {})
    assert (tmp_path / "versions" / known.version / lines[0].image).samefile(tmp_path / place(lines[0].key))


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    files = Files(tmp_path)
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError):
        files.write("taken", b"content")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
