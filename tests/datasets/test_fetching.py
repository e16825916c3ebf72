"""Data sets are fetched from a server: resumed, checked, whole or not at all."""

import hashlib
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from longhand.datasets.fetching import LOCK, PUBLISHED, Published, fetch
from longhand.datasets.sample import DatasetError, UnknownDataset

DATA = bytes(range(256)) * 4000


@dataclass
class Shelf:
    """What a server offers; it breaks off after `limit` bytes, and knows no ranges where `ranges` is not set."""

    files: dict[str, bytes] = field(default_factory=lambda: {"a.bin": DATA})
    limit: int | None = None
    ranges: bool = True
    asked: list[str | None] = field(default_factory=list)
    address: str = ""

    def published(self, name: str = "a.bin", checked: bool = True) -> dict[str, tuple[Published, ...]]:
        data = self.files.get(name, b"")
        return {"mine": (Published(f"{self.address}/{name}", hashlib.md5(data).hexdigest() if checked else None),)}


class Handler(BaseHTTPRequestHandler):
    def __init__(self, shelf: Shelf, *arguments: object) -> None:
        self.shelf = shelf
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        asked_for = self.headers["Range"]
        self.shelf.asked.append(asked_for)
        data = self.shelf.files.get(self.path[1:])
        if data is None:
            self.send_error(404)
            return
        start = int(asked_for.removeprefix("bytes=").rstrip("-")) if asked_for and self.shelf.ranges else 0
        if start >= len(data):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        self.wfile.write(data[start:][: self.shelf.limit])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    shelf = Shelf()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, shelf)) as server:
        shelf.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield shelf
        server.shutdown()
        thread.join()


def quiet(*_: object) -> None:
    """Nobody looks."""


def test_a_file_is_fetched_once_and_its_progress_is_reported(tmp_path: Path, shelf: Shelf) -> None:
    said: list[tuple[str, int, int]] = []
    folder = fetch("mine", tmp_path, lambda *now: said.append(now), shelf.published())
    assert (folder / "a.bin").read_bytes() == DATA
    assert said[0] == ("a.bin", 0, len(DATA)) and said[-1] == ("a.bin", len(DATA), len(DATA))
    assert sorted(path.name for path in folder.iterdir()) == ["a.bin", LOCK]
    fetch("mine", tmp_path, quiet, shelf.published())
    assert len(shelf.asked) == 1


def test_a_fetch_that_broke_off_goes_on_from_there(tmp_path: Path, shelf: Shelf) -> None:
    shelf.limit = 300_000
    with pytest.raises(DatasetError, match=r"broke off after 300,000 of 1,024,000 bytes.*goes on"):
        fetch("mine", tmp_path, quiet, shelf.published())
    assert not (tmp_path / "mine/a.bin").exists()
    shelf.limit = None
    folder = fetch("mine", tmp_path, quiet, shelf.published())
    assert (folder / "a.bin").read_bytes() == DATA
    assert shelf.asked == [None, "bytes=300000-"]


@pytest.mark.parametrize("ranges", [True, False])
def test_a_part_that_is_whole_or_a_server_without_ranges_is_no_harm(tmp_path: Path, shelf: Shelf, ranges: bool) -> None:
    shelf.ranges = ranges
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/.a.bin.part").write_bytes(DATA)
    folder = fetch("mine", tmp_path, quiet, shelf.published())
    assert (folder / "a.bin").read_bytes() == DATA


def test_what_is_not_what_was_published_is_refused_and_fetched_anew(tmp_path: Path, shelf: Shelf) -> None:
    published = shelf.published()
    shelf.files["a.bin"] = DATA[::-1]
    with pytest.raises(DatasetError, match=r"a\.bin is not what it should be: its md5 is \w{32}, not \w{32}"):
        fetch("mine", tmp_path, quiet, published)
    assert list((tmp_path / "mine").iterdir()) == []
    shelf.files["a.bin"] = DATA
    fetch("mine", tmp_path, quiet, published)


def test_without_a_published_checksum_the_first_fetch_is_what_later_ones_are_checked_by(
    tmp_path: Path, shelf: Shelf
) -> None:
    published = shelf.published(checked=False)
    folder = fetch("mine", tmp_path, quiet, published)
    lock = json.loads((folder / LOCK).read_text())
    assert lock["a.bin"]["sha256"] == hashlib.sha256(DATA).hexdigest()
    (folder / "a.bin").unlink()
    shelf.files["a.bin"] = DATA[::-1]
    with pytest.raises(DatasetError, match="its sha256 is"):
        fetch("mine", tmp_path, quiet, published)


def archive(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as content:
        for name, data in files.items():
            content.writestr(name, data)
    return buffer.getvalue()


def test_an_archive_is_unpacked_and_removed(tmp_path: Path, shelf: Shelf) -> None:
    shelf.files["gzip.zip"] = archive(**{"gzip/a.gz": b"1", "gzip/b.gz": b"22"})
    folder = fetch("mine", tmp_path, quiet, shelf.published("gzip.zip"))
    assert sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()) == [
        LOCK,
        "gzip/a.gz",
        "gzip/b.gz",
    ]
    fetch("mine", tmp_path, quiet, shelf.published("gzip.zip"))
    (folder / "gzip/a.gz").unlink()
    fetch("mine", tmp_path, quiet, shelf.published("gzip.zip"))
    assert (folder / "gzip/a.gz").read_bytes() == b"1" and len(shelf.asked) == 2


@pytest.mark.parametrize(
    ("data", "said"), [(archive(**{"../../out": b"1"}), "leads outside"), (b"nonsense", "not a whole archive")]
)
def test_an_archive_that_is_bad_is_refused(tmp_path: Path, shelf: Shelf, data: bytes, said: str) -> None:
    shelf.files["x.zip"] = data
    with pytest.raises(DatasetError, match=said):
        fetch("mine", tmp_path / "deep", quiet, shelf.published("x.zip"))
    assert not (tmp_path.parent / "out").exists() and not (tmp_path / "out").exists()


def test_what_cannot_be_had_is_reported(tmp_path: Path, shelf: Shelf) -> None:
    with pytest.raises(DatasetError, match="answers 404"):
        fetch("mine", tmp_path, quiet, {"mine": (Published(f"{shelf.address}/gone"),)})
    with pytest.raises(DatasetError, match="cannot be fetched"):
        fetch("mine", tmp_path, quiet, {"mine": (Published("http://127.0.0.1:1/a"),)})
    with pytest.raises(UnknownDataset, match="Choose one of mnist, emnist"):
        fetch("iam", tmp_path, quiet)


def test_every_published_file_has_a_checksum_and_travels_encrypted() -> None:
    files = [file for files in PUBLISHED.values() for file in files]
    assert files and all(file.md5 and file.url.startswith("https://") for file in files)
