import json
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from longhand.bundles.card import Card
from longhand.bundles.errors import BundleError
from longhand.cli.__main__ import app, main
from longhand.cli.reading import find_pictures, read_picture, shipped, show
from longhand.contracts.readings import Task
from longhand.handwriting.images import Picture
from longhand.handwriting.terms import ANY, Terms
from longhand.handwriting.transcription import Transcription
from longhand.tasks import Effort
from tests.bundles import stroke_counter
from tests.prediction.pictures import blank, word


class Ruler:
    """Reads how wide a picture is."""

    card = Card("text-fast", "text", "0123456789", 32, "text-1")

    def read(self, pictures: Sequence[Picture], terms: Terms = ANY) -> list[Transcription]:
        return [Transcription(f"{picture.width} {terms.charset}", 0.912, False, (("?", 0.05),)) for picture in pictures]


def test_folders_are_searched_for_pictures_and_files_are_taken_as_named(tmp_path: Path) -> None:
    for name in ("b.png", "a.JPG", "deep/c.tiff", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    found = list(find_pictures([tmp_path / "notes.txt", tmp_path]))
    assert [str(path.relative_to(tmp_path)) for path in found] == ["notes.txt", "a.JPG", "b.png", "deep/c.tiff"]


def test_a_reading_is_a_line_for_a_person_or_an_object_for_a_program(tmp_path: Path) -> None:
    path = tmp_path / "word.png"
    path.write_bytes(word(90))
    found = read_picture(path, Ruler(), Terms("digits"))
    assert show(path, found, Effort.FAST, as_json=False) == f"{path}\t90 digits\t0.91\treview"
    assert json.loads(show(path, found, Effort.FAST, as_json=True)) == {
        "file": str(path),
        "text": "90 digits",
        "confidence": 0.912,
        "decision": "review",
        "effort": "fast",
        "alternatives": [{"text": "?", "confidence": 0.05}],
        "notices": [],
    }


def test_where_no_bundle_is_shipped_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="--model"):
        shipped(Task.TEXT, Effort.BEST, tmp_path)


def test_where_only_a_fast_bundle_is_shipped_it_is_not_taken_for_the_best(tmp_path: Path) -> None:
    stroke_counter(tmp_path / "text-fast", "f")
    with pytest.raises(BundleError, match=r"text\. Name one with --model"):
        shipped(Task.TEXT, Effort.BEST, tmp_path)


def test_keys_are_made_once(tmp_path: Path) -> None:
    first = CliRunner().invoke(app, ["keys", str(tmp_path)])
    key = (tmp_path / "gateway.pem").read_bytes()
    again = CliRunner().invoke(app, ["keys", str(tmp_path)])
    assert first.exit_code == again.exit_code == 0
    assert "gateway.pub" in first.output
    assert (tmp_path / "gateway.pem").read_bytes() == key
    assert (tmp_path / "gateway.pem").stat().st_mode & 0o777 == 0o600


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return stroke_counter(tmp_path / "bundles" / "text", "a")


def test_pictures_are_read_with_the_bundle_that_is_named(tmp_path: Path, bundle: Path) -> None:
    (tmp_path / "word.png").write_bytes(word(100))
    result = CliRunner().invoke(app, ["read", str(tmp_path / "word.png"), "--model", str(bundle), "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["text"] == "aaaa"


def test_the_fast_bundle_reads_where_it_is_asked_for_and_else_the_best(tmp_path: Path, bundle: Path) -> None:
    (tmp_path / "word.png").write_bytes(word(100))
    asked = ["read", str(tmp_path / "word.png"), "--effort", "fast", "--json"]
    alone = CliRunner().invoke(app, asked, env={"LONGHAND_BUNDLES": str(bundle.parent)})
    assert json.loads(alone.stdout).items() >= {"text": "aaaa", "effort": "best"}.items()
    assert "text-fast" in alone.stderr and "reads in its place" in alone.stderr
    stroke_counter(bundle.parent / "text-fast", "f", name="text-fast")
    beside = CliRunner().invoke(app, asked, env={"LONGHAND_BUNDLES": str(bundle.parent)})
    assert json.loads(beside.stdout).items() >= {"text": "ffff", "effort": "fast"}.items()
    assert beside.stderr == ""


def test_what_cannot_be_read_is_named_and_the_others_are_read(tmp_path: Path, bundle: Path) -> None:
    (tmp_path / "a.png").write_bytes(blank())
    (tmp_path / "b.png").write_bytes(word(60))
    result = CliRunner().invoke(app, ["read", str(tmp_path)], env={"LONGHAND_BUNDLES": str(bundle.parent)})
    assert result.exit_code == 1
    assert "a.png: " in result.stderr and "ink" in result.stderr
    assert "b.png\taa\t" in result.stdout


def test_an_error_is_a_sentence_not_a_traceback(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as end:
        main(["read", "x.png", "--model", str(tmp_path / "nowhere")])
    assert end.value.code == 1
    assert "nowhere" in capsys.readouterr().err


def test_a_reader_that_has_seen_enough_ends_it_quietly(tmp_path: Path, bundle: Path) -> None:
    for number in range(200):
        (tmp_path / f"{number:03}.png").write_bytes(word(60))
    command = [sys.executable, "-u", "-m", "longhand.cli", "read", str(tmp_path), "--model", str(bundle)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline().startswith(str(tmp_path / "000.png"))
        process.stdout.close()
        assert process.stderr.read() == ""


def test_it_says_its_version() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.output) == (0, f"longhand {version('longhand')}\n")
