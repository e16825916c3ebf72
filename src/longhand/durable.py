"""Files that appear whole or not at all: written aside, made durable, then renamed into place.

Every module that leaves a file for another process writes it here. Names of files aside begin with a dot and are
unique, so that two writers never share one; what a killed process leaves behind is never read.
"""

import errno
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


def write(path: Path, content: bytes | str, *, durable: bool = True, mode: int | None = None) -> None:
    """Puts a file in place of the one at `path`, if any; its folder is made where it is missing.

    Where `durable`, the file survives a power failure once this returns. `mode` sets the file's permissions before
    it has a name that others know. Raises OSError, and then leaves the old file as it was.
    """
    with replacing(path, durable=durable, mode=mode) as file:
        file.write(content.encode() if isinstance(content, str) else content)


def write_json(
    path: Path, value: object, *, durable: bool = True, indent: int | None = None, sort: bool = False
) -> None:
    """Puts a value in place as JSON in UTF-8, ended by a line break; raises TypeError for what JSON cannot hold."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, sort_keys=sort)
    write(path, text + "\n", durable=durable)


def create(path: Path, content: bytes, *, mode: int | None = None) -> bool:
    """Puts a durable file where none is; False, and nothing changed, where another process was first."""
    aside = aside_of(path)
    try:
        with aside.open("xb") as file:
            _permit(file, mode)
            file.write(content)
            _flush(file)
        os.link(aside, path)
    except FileExistsError:
        return False
    finally:
        aside.unlink(missing_ok=True)
    sync(path.parent)
    return True


@contextmanager
def replacing(path: Path, *, durable: bool = True, mode: int | None = None) -> Iterator[IO[bytes]]:
    """A file to write, which takes the place of `path` at the end, or nothing where something is raised."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = aside_of(path)
    try:
        with aside.open("xb") as file:
            _permit(file, mode)
            yield file
            if durable:
                _flush(file)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    if durable:
        sync(path.parent)


@contextmanager
def staging(folder: Path, *, last: str | None = None) -> Iterator[Path]:
    """An empty folder to fill, which takes the place of `folder` at the end, or nothing where something is raised.

    Where `folder` exists by then, it is replaced: readers that opened its files before go on reading them. It stays
    where it holds a file called `last`, the one by which readers know that a folder is whole: two writers that make
    the same content both find a whole folder, and no reader sees it vanish.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = aside_of(folder)
    aside.mkdir()
    try:
        yield aside
        _swap(aside, folder, last)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    sync(folder.parent)


def sweep(folder: Path, older_s: float = 86_400, name: str = "*") -> None:
    """Removes what killed processes left aside in a folder longer ago than `older_s` seconds; of one name, or of all.

    A writer that is at work there fails, and has to begin again.
    """
    for aside in folder.glob(f".{name}.*.*") if folder.is_dir() else ():
        with suppress(OSError):
            if time.time() - aside.stat().st_mtime >= older_s:
                shutil.rmtree(aside) if aside.is_dir() else aside.unlink()


def aside_of(path: Path) -> Path:
    """A new hidden name beside `path`, which no other process uses."""
    return path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")


def sync(folder: Path) -> None:
    """Makes the names in a folder survive a power failure."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _permit(file: IO[bytes], mode: int | None) -> None:
    if mode is not None:
        os.fchmod(file.fileno(), mode)


def _flush(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _swap(aside: Path, folder: Path, last: str | None) -> None:
    """Renames `aside` to `folder`; a folder that is there already steps aside first, as no rename replaces it."""
    while True:
        try:
            aside.rename(folder)
            return
        except OSError as error:
            # Not whether the folder is there: another writer may have moved it since the rename failed.
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
        if last and (folder / last).exists():  # looked at after the rename failed: another writer may just be done
            return
        old = aside_of(folder)
        try:
            folder.rename(old)
        except FileNotFoundError:  # another writer moved it first
            continue
        shutil.rmtree(old, ignore_errors=True)
