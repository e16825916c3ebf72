import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from longhand.cli.__main__ import app
from longhand.cli.reading import find_pictures, read_picture, shipped, show
from longhand.contracts.readings import Charset, Task
from longhand.handwriting.errors import BundleError
from longhand.handwriting.images import Picture
from longhand.handwriting.transcription import Transcription
from tests.prediction.pictures import word


class Ruler:
    """Reads how wide a picture is."""

    def read(self, pictures: Sequence[Picture], charset: str = "full") -> list[Transcription]:
        return [Transcription(f"{picture.width} {charset}", 0.912, False, (("?", 0.05),)) for picture in pictures]


def test_folders_are_searched_for_pictures_and_files_are_taken_as_named(tmp_path: Path) -> None:
    for name in ("b.png", "a.JPG", "deep/c.tiff", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    found = list(find_pictures([tmp_path / "notes.txt", tmp_path]))
    assert [str(path.relative_to(tmp_path)) for path in found] == ["notes.txt", "a.JPG", "b.png", "deep/c.tiff"]


def test_a_reading_is_a_line_for_a_person_or_an_object_for_a_program(tmp_path: Path) -> None:
    path = tmp_path / "word.png"
    path.write_bytes(word(90))
    found = read_picture(path, Ruler(), Charset.DIGITS)
    assert show(path, found, as_json=False) == f"{path}\t90 digits\t0.91\treview"
    assert json.loads(show(path, found, as_json=True)) == {
        "file": str(path),
        "text": "90 digits",
        "confidence": 0.912,
        "decision": "review",
        "alternatives": [{"text": "?", "confidence": 0.05}],
    }


def test_where_no_bundle_is_shipped_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="--model"):
        shipped(Task.TEXT, tmp_path)


def test_keys_are_made_once(tmp_path: Path) -> None:
    first = CliRunner().invoke(app, ["keys", str(tmp_path)])
    key = (tmp_path / "gateway.pem").read_bytes()
    again = CliRunner().invoke(app, ["keys", str(tmp_path)])
    assert first.exit_code == again.exit_code == 0
    assert "gateway.pub" in first.output
    assert (tmp_path / "gateway.pem").read_bytes() == key
    assert (tmp_path / "gateway.pem").stat().st_mode & 0o777 == 0o600
