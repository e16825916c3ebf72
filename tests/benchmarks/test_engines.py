"""The ready-made engines, and the processes in which all run."""

import dataclasses
import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.child import serve
from benchmarks.crops import crop
from benchmarks.engines.base import EngineMissing, Task
from benchmarks.engines.pixels import decode
from benchmarks.engines.rapidocr import RapidOcrEngine, restrict
from benchmarks.engines.tesseract import TesseractEngine
from benchmarks.measurements import nearest
from benchmarks.process import Child, EngineFailed, Installation
from longhand.handwriting.preprocessing import prepare_text
from tests.drawings import encode, written
from tests.prediction.pictures import blank, word


def test_characters_that_cannot_occur_are_brought_to_their_case_or_dropped() -> None:
    assert restrict("A1b", "ab") == "ab"
    assert restrict("a", "A") == "A"
    assert restrict("Aß1", "") == "Aß1"


def test_the_nearest_entry_has_the_fewest_edits() -> None:
    assert nearest(" Hauptstrase ", ["Bahnhofstraße", "Hauptstraße", "Hauptplatz"]) == "Hauptstraße"


def test_a_transparent_picture_lies_on_white() -> None:
    ink = Image.new("RGBA", (4, 2), (0, 0, 0, 0))
    ink.putpixel((1, 1), (0, 0, 0, 255))
    gray = decode(encode(ink))
    assert gray.shape == (2, 4) and gray[1, 1] == 0 and gray[0, 0] == 255


def test_tesseract_reads_large_print() -> None:
    if shutil.which("tesseract") is None:
        pytest.skip("tesseract is not installed")
    engine = TesseractEngine(Task("text"), threads=1)
    assert engine.version.startswith("5.")
    assert engine.read([encode(written("HOUSE").gray)])[0].text.strip()


def test_a_language_that_tesseract_lacks_is_named() -> None:
    if shutil.which("tesseract") is None:
        pytest.skip("tesseract is not installed")
    with pytest.raises(EngineMissing, match="apt-get install tesseract-ocr-tlh"):
        TesseractEngine(Task("text", "tlh"), threads=1)


def test_rapidocr_says_how_it_is_installed() -> None:
    """Where the tests run, there is its wheel at most, and nothing that it needs."""
    with pytest.raises(EngineMissing, match=r"requirements/peers\.txt"):
        RapidOcrEngine(Task("text"), threads=1)


def test_rapidocr_reads_with_what_its_wheel_carries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = Installation()
    if not installed.peers.exists():
        pytest.skip("RapidOCR is not installed: make .venv-peers/.installed")
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    file = tmp_path / "house"
    file.write_bytes(encode(written("house").gray))
    with Child("rapidocr", Task("text"), installed) as child:
        assert "PP-OCRv6" in child.version
        found = child.read([file, file], batch=2)
    assert [reading.text for reading in found.readings] == ["house", "house"]


def test_a_picture_is_cut_to_what_the_preparation_finds_written() -> None:
    cut = Image.open(io.BytesIO(crop(word(100), prepare_text)))
    assert cut.size == (100 - 2 * 10 - 16, 30)
    assert crop(blank(), prepare_text) == blank()


def test_longhand_reads_in_a_process_of_its_own(installed: Installation, tmp_path: Path) -> None:
    files = [tmp_path / "a", tmp_path / "b"]
    files[0].write_bytes(word(100))
    files[1].write_bytes(b"not a picture")
    with Child("longhand", Task("text"), installed) as child:
        assert child.start(files[0]) > 0
        found = child.read(files, batch=1, rounds=2)
    assert [reading.text for reading in found.readings] == ["aaaa", ""]
    assert [len(one) for one in found.rounds] == [2, 2] and found.seconds == min(map(sum, found.rounds))


def test_a_process_that_stops_is_told_with_its_last_words(installed: Installation, tmp_path: Path) -> None:
    with pytest.raises(EngineFailed, match="rapidocr: it stopped: out of memory"):
        Child("rapidocr", Task("text"), dataclasses.replace(installed, bundles=tmp_path / "stops"))


def test_the_bundle_that_is_missing_is_named(installed: Installation, tmp_path: Path) -> None:
    with pytest.raises(EngineFailed, match=r"longhand: BundleError: .* is not a model"):
        Child("longhand", Task("text"), dataclasses.replace(installed, bundles=tmp_path))


def test_a_child_answers_line_by_line(tmp_path: Path) -> None:
    from tests.benchmarks.fakes import open_fake

    task = {"kind": "line", "language": "deu", "charset": "full", "characters": "", "lexicon": []}
    (tmp_path / "picture").write_bytes(encode(np.zeros((4, 4), np.uint8)))
    requests = [
        {"open": {"engine": "rapidocr", "task": task, "threads": 1, "bundles": ""}},
        {"read": {"files": [str(tmp_path / "picture")] * 3, "batch": 2, "rounds": 1}},
    ]
    said = io.StringIO()
    serve(io.StringIO("".join(json.dumps(one) + "\n" for one in requests)), said, open_fake)
    opened, read = map(json.loads, said.getvalue().splitlines())
    assert opened == {"version": "1.0"}
    assert [one["text"] for one in read["readings"]] == ["aaaa"] * 3 and len(read["rounds"][0]) == 2
