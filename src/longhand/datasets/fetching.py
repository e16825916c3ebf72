"""Data sets fetched from where their makers publish them: resumed, checked, whole or not there at all."""

import hashlib
import http.client
import json
import shutil
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, TypedDict

from longhand import durable
from longhand.datasets.sample import DatasetError, UnknownDataset

LOCK = "fetched.json"
"""Beside the data: of every file its address, its SHA-256, and what was unpacked of it with sizes."""
_CHUNK = 2**18
_SECONDS = 60
Report = Callable[[str, int, int], None]
"""Takes a file's name, how many bytes of it are there, and how many it has (0 where that is not known)."""


class Fetched(TypedDict):
    """What the lock file says of a published file: `files` are the sizes of what it was unpacked to."""

    url: str
    sha256: str
    files: dict[str, int]


class _Answer(Protocol):
    """What a server sends: as much of `http.client.HTTPResponse` as is used here."""

    @property
    def headers(self) -> Mapping[str, str]: ...

    def read(self, amount: int) -> bytes: ...


@dataclass(frozen=True)
class Published:
    """A file at a public address; `md5` as its makers or torchvision's maintainers give it, where known."""

    url: str
    md5: str | None = None

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.url.rsplit("/", 1)[1]


_MNIST = "https://ossci-datasets.s3.amazonaws.com/mnist/"
PUBLISHED: Mapping[str, tuple[Published, ...]] = {
    "mnist": (
        Published(f"{_MNIST}train-images-idx3-ubyte.gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
        Published(f"{_MNIST}train-labels-idx1-ubyte.gz", "d53e105ee54ea40749a09fcbcd1e9432"),
        Published(f"{_MNIST}t10k-images-idx3-ubyte.gz", "9fb629c4189551a2d022fa330f9573f3"),
        Published(f"{_MNIST}t10k-labels-idx1-ubyte.gz", "ec29112dd5afa0611ce80d1b7f02629c"),
    ),
    "emnist": (Published("https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip", "58c8d27c78d21e728a6bc7b3cc06412e"),),
}


def fetch(name: str, root: Path, report: Report, published: Mapping[str, tuple[Published, ...]] = PUBLISHED) -> Path:
    """Fetch a set into `root/name`, what is there already aside; returns that folder.

    Archives are unpacked and removed. A file without a published checksum is checked against the lock file, where it
    was fetched before. Raises UnknownDataset, and DatasetError where a file cannot be had or is not what it should be.
    """
    if name not in published:
        raise UnknownDataset(f"{name!r} cannot be fetched. Choose one of {', '.join(published)}.")
    folder = root / name
    folder.mkdir(parents=True, exist_ok=True)
    lock = _read_lock(folder)
    for file in published[name]:
        if not _is_there(folder, lock.get(file.name)):
            known = lock.get(file.name)
            lock[file.name] = _take(file, folder, known["sha256"] if known else None, report)
            durable.write_json(folder / LOCK, lock, indent=1, sort=True)
    return folder


def _take(file: Published, folder: Path, sha256: str | None, report: Report) -> Fetched:
    """Fetch one file, check it, put it or its contents in place, and say what there is now."""
    part = folder / f".{file.name}.part"
    _download(file, part, report)
    found = {algorithm: _digest(part, algorithm) for algorithm in ("md5", "sha256")}
    wanted = ("md5", file.md5) if file.md5 else ("sha256", sha256)
    if wanted[1] and found[wanted[0]] != wanted[1]:
        part.unlink()
        raise DatasetError(
            f"{file.url} is not what it should be: its {wanted[0]} is {found[wanted[0]]}, not {wanted[1]}."
            " Fetch it again; where it stays so, it was changed by its publisher."
        )
    placed = _unpack(part, folder) if file.name.endswith(".zip") else [_place(part, folder / file.name)]
    part.unlink(missing_ok=True)
    sizes = {path.relative_to(folder).as_posix(): path.stat().st_size for path in placed}
    return {"url": file.url, "sha256": found["sha256"], "files": sizes}


def _download(file: Published, part: Path, report: Report) -> None:
    """Fetch into `part`, going on from what it holds where a checksum will show whether both halves fit.

    Only here a file aside has a name that does not change: the next run goes on with it.
    """
    start = part.stat().st_size if file.md5 and part.exists() else 0
    request = urllib.request.Request(file.url, headers={"Range": f"bytes={start}-"} if start else {})
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
            start = start if answer.status == 206 else 0
            with part.open("ab" if start else "wb") as target:
                _copy(answer, target, start, file, report)
    except urllib.error.HTTPError as error:
        if error.code != 416:  # what is there is all there is
            raise DatasetError(f"{file.url} answers {error.code} {error.reason}. Look whether it has moved.") from error
    except (OSError, http.client.HTTPException) as error:
        raise DatasetError(f"{file.url} cannot be fetched ({error}). Run it again: it goes on from there.") from error


def _copy(answer: _Answer, target: IO[bytes], start: int, file: Published, report: Report) -> None:
    length = answer.headers.get("Content-Length")
    done, total = start, start + int(length) if length else 0
    report(file.name, done, total)
    while data := answer.read(_CHUNK):
        target.write(data)
        done += len(data)
        report(file.name, done, total)
    if total and done < total:
        raise OSError(f"it broke off after {done:,} of {total:,} bytes")


def _digest(path: Path, algorithm: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.new(algorithm, usedforsecurity=False)).hexdigest()


def _unpack(archive: Path, folder: Path) -> list[Path]:
    """Unpack an archive's files, each whole or not at all; what would lie outside of the folder is refused."""
    placed = []
    try:
        with zipfile.ZipFile(archive) as content:
            for entry in (e for e in content.infolist() if not e.is_dir()):
                path = folder / entry.filename
                if not path.resolve().is_relative_to(folder.resolve()):
                    raise DatasetError(f"{archive.name}: {entry.filename} leads outside of {folder}.")
                with content.open(entry) as source, durable.replacing(path) as target:
                    shutil.copyfileobj(source, target, _CHUNK)
                placed.append(path)
    except zipfile.BadZipFile as error:
        archive.unlink()
        raise DatasetError(f"{archive.name} is not a whole archive. Fetch it again.") from error
    return placed


def _place(part: Path, path: Path) -> Path:
    part.replace(path)
    durable.sync(path.parent)
    return path


def _is_there(folder: Path, known: Fetched | None) -> bool:
    files = known["files"] if known else {}
    return bool(files) and all((folder / f).is_file() and (folder / f).stat().st_size == n for f, n in files.items())


def _read_lock(folder: Path) -> dict[str, Fetched]:
    path = folder / LOCK
    if not path.exists():
        return {}
    try:
        lock: dict[str, Fetched] = json.loads(path.read_text(encoding="utf-8"))
        return lock
    except ValueError as error:
        raise DatasetError(f"{path} is damaged. Remove it, and fetch again.") from error
