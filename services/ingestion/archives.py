"""Archives that come over HTTP: kept until they are taken in, and unpacked within limits; what climbs is refused."""

import asyncio
import hashlib
import shutil
import stat
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from longhand import durable
from longhand.datasets.hidden import is_hidden
from longhand.samples.errors import UnknownSample
from services.ingestion.errors import ArchiveTooLarge, BadArchive

FOLDER = ".archives"
CHUNK = 1024 * 1024
ENCRYPTED = 0x1


@dataclass(frozen=True)
class Limits:
    """How many bytes the files of an archive may have in all, and how many files there may be."""

    bytes: int
    files: int


class Archives:
    """Zip archives below the imports directory, where every worker sees them, under the SHA-256 of their bytes.

    What comes is kept in the folder `scratch` until it is whole: in a container, /tmp is memory.
    """

    def __init__(self, imports: str, limits: Limits, scratch: Path | None = None) -> None:
        self._scratch = scratch
        self._fs, root = url_to_fs(imports)
        self._root, self._limits = f"{root.rstrip('/')}/{FOLDER}", limits

    async def receive(self, parts: AsyncIterator[bytes]) -> str:
        """Keep what comes, piece by piece on disk, and return its SHA-256 in hex.

        Raises BadArchive and ArchiveTooLarge, and keeps nothing then.
        """
        with tempfile.TemporaryFile(dir=self._scratch) as file:
            digest = hashlib.sha256()
            async for part in parts:
                digest.update(part)
                await asyncio.to_thread(file.write, part)
            await asyncio.to_thread(self._keep, file, digest.hexdigest())
        return digest.hexdigest()

    def check(self, sha256: str) -> None:
        """Raises UnknownSample where there is no such archive, or no longer."""
        if not self._fs.exists(self._place(sha256)):
            raise UnknownSample(f"The archive {sha256} is not there: send it once more.")

    def unpack(self, sha256: str, to: Path) -> Path:
        """The folder that the archive holds, below `to`; raises UnknownSample, BadArchive and ArchiveTooLarge."""
        self.check(sha256)
        to.mkdir(parents=True)
        with self._fs.open(self._place(sha256), "rb") as file:
            _unpack(file, to, self._limits)
        inside = list(to.iterdir())
        return inside[0] if len(inside) == 1 and inside[0].is_dir() else to

    def drop(self, sha256: str) -> None:
        """Take an archive away; nothing happens where there is none."""
        if self._fs.exists(self._place(sha256)):
            self._fs.rm_file(self._place(sha256))

    def _keep(self, file: IO[bytes], sha256: str) -> None:
        _list(file, self._limits)
        file.seek(0)
        if isinstance(self._fs, LocalFileSystem):
            with durable.replacing(Path(self._place(sha256))) as kept:
                shutil.copyfileobj(file, kept, CHUNK)
        else:
            with self._fs.open(self._place(sha256), "wb") as kept:
                shutil.copyfileobj(file, kept, CHUNK)

    def _place(self, sha256: str) -> str:
        return f"{self._root}/{sha256}.zip"


def _list(file: IO[bytes], limits: Limits) -> list[ZipInfo]:
    """The files of an archive but the system's, none of which is written yet."""
    try:
        with ZipFile(file) as archive:
            named = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
    except (BadZipFile, ValueError, NotImplementedError) as error:
        raise BadArchive(f"This is no zip archive that can be read: {error}.") from error
    found = [entry for entry in named if not is_hidden(_path(entry))]
    if len(found) > limits.files:
        raise ArchiveTooLarge(f"The archive has {len(found):,} files, more than {limits.files:,}: send several.")
    if (size := sum(entry.file_size for entry in found)) > limits.bytes:
        raise ArchiveTooLarge(f"The archive unpacks to {size:,} bytes, more than {limits.bytes:,}: send several.")
    for entry in named:
        _check(entry)
    return found


def _check(entry: ZipInfo) -> None:
    """Refuse what would be written elsewhere, what points elsewhere, and what cannot be opened."""
    path = _path(entry)
    if not path.name:
        raise BadArchive("The archive holds a file without a name. Pack the folder itself.")
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        raise BadArchive(f"{entry.filename!r} leads out of the archive's folder. Pack the folder itself.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise BadArchive(f"{entry.filename!r} is a link. Pack the files themselves.")
    if entry.flag_bits & ENCRYPTED:
        raise BadArchive(f"{entry.filename!r} is encrypted. Pack without a password.")


def _path(entry: ZipInfo) -> PurePosixPath:
    """Where a file is to lie; some programs write it with backslashes."""
    return PurePosixPath(entry.filename.replace("\\", "/"))


def _unpack(file: IO[bytes], to: Path, limits: Limits) -> None:
    left = limits.bytes
    found = _list(file, limits)
    try:
        with ZipFile(file) as archive:
            for entry in found:
                target = to / _path(entry)
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(entry) as source, target.open("wb") as written:
                    left = _copy(source, written, left)
    except (BadZipFile, OSError, EOFError, NotImplementedError) as error:
        raise BadArchive(f"The archive is damaged, or holds files that cannot be written: {error}.") from error


def _copy(source: IO[bytes], written: IO[bytes], left: int) -> int:
    """How many bytes may still come; what an archive says of its sizes is not believed."""
    while part := source.read(min(CHUNK, left + 1)):
        left -= len(part)
        if left < 0:
            raise ArchiveTooLarge("The archive unpacks to more than it says, and more than is taken.")
        written.write(part)
    return left
