"""Files in a directory or, by URL (s3://bucket/prefix, …), wherever fsspec reaches; written whole or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from longhand.durable import staging, sweep, sync, write


class Files:
    """The files below a root; paths are relative to it, with slashes. Nothing is ever overwritten by other content."""

    def __init__(self, root: str | Path) -> None:
        self._fs, self._root = url_to_fs(str(root))
        self._local = isinstance(self._fs, LocalFileSystem)

    def read(self, path: str) -> bytes:
        """The content; raises FileNotFoundError."""
        content: bytes = self._fs.cat_file(self._full(path))
        return content

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""
        return bool(self._fs.exists(self._full(path)))

    def write(self, path: str, content: bytes, durable: bool = True) -> None:
        """Put a file; where `durable`, it survives a power failure once this returns."""
        if self._local:
            write(Path(self._full(path)), content, durable=durable)
        else:
            self._fs.pipe_file(self._full(path), content)  # an object appears whole or not at all

    def remove(self, path: str) -> None:
        """Take a file away, with what killed writers of it left aside; nothing happens where there is none."""
        self._sweep(path)
        if not self.exists(path):
            return
        self._fs.rm_file(self._full(path))
        if self._local:
            sync(Path(self._full(path)).parent)

    def clear(self, folder: str) -> None:
        """Take a folder away with all that lies in it or was left aside; nothing happens where there is none."""
        self._sweep(folder)
        if self.exists(folder):
            self._fs.rm(self._full(folder), recursive=True)

    def link(self, path: str, to: str) -> None:
        """The same content at a second place, without a second copy where the file system can do that."""
        source, target = self._full(path), self._full(to)
        if not self._local:
            self._fs.cp_file(source, target)
            return
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)

    def find(self, folder: str) -> list[str]:
        """The paths of all files in a folder and below it, sorted; none where there is no such folder."""
        self._fs.invalidate_cache()
        root = self._full("")
        return sorted(str(found).removeprefix(root) for found in self._fs.find(self._full(folder)))

    def folders(self, path: str, hidden: bool = False) -> list[str]:
        """The names of the folders in a folder, sorted; none where there is no such folder.

        What is `hidden` is being written, or was left by a writer that was killed.
        """
        if not self.exists(path):
            return []
        self._fs.invalidate_cache()
        entries = self._fs.ls(self._full(path), detail=True)
        names = [PurePosixPath(entry["name"]).name for entry in entries if entry["type"] == "directory"]
        return sorted(name for name in names if hidden or not name.startswith("."))

    @contextmanager
    def staging(self, folder: str, last: str) -> Iterator[str]:
        """A path to fill, which becomes `folder` at the end, or nothing where something is raised.

        `last` is the file by which readers know that the folder is whole. In an object store the path is `folder` at
        once, so the caller writes that file last; two callers that write the same content do not disturb each other.
        """
        if not self._local:
            yield folder
            return
        final = Path(self._full(folder))
        sweep(final.parent)
        with staging(final, last=last) as aside:
            yield str(PurePosixPath(folder).with_name(aside.name))

    def fetch(self, folder: str, to: Path, last: str) -> Path:
        """The folder on this machine: where it lies, or a copy at `to`, made once; `last` as for `staging`."""
        if self._local:
            return Path(self._full(folder))
        if not (to / last).exists():
            sweep(to.parent)
            with staging(to, last=last) as aside:
                self._fs.get(self._full(folder) + "/", str(aside) + "/", recursive=True)
        return to

    def _sweep(self, path: str) -> None:
        if self._local:
            sweep(Path(self._full(path)).parent, older_s=0, name=PurePosixPath(path).name)

    def _full(self, path: str) -> str:
        return f"{self._root.rstrip('/')}/{path}"
