"""Folders that may be ingested: those below the imports directory, and nothing that leads out of it."""

from pathlib import Path, PurePosixPath

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from longhand.datasets.hidden import is_hidden
from longhand.samples.files import Files
from services.ingestion.errors import UnknownFolder


class Imports:
    """The imports directory: a directory, or a URL that fsspec reads, which every replica and worker reaches."""

    def __init__(self, url: str) -> None:
        self._fs, self._root = url_to_fs(url)
        self._local = Path(self._root) if isinstance(self._fs, LocalFileSystem) else None
        self._url = url

    def check(self, folder: str) -> None:
        """Raises UnknownFolder, which lists what there is, for what is not there or not below the directory."""
        found = self._local is not None and _resolve(self._local, folder) is not None
        if not found and not (self._local is None and self._has(folder)):
            raise UnknownFolder(
                f"There is no folder {folder!r} below the imports directory {self._url}. {self._offer()}"
            )

    def fetch(self, folder: str, to: Path) -> Path:
        """The folder on this machine: where it lies, or a copy below `to`; raises UnknownFolder."""
        self.check(folder)
        if self._local is not None and (found := _resolve(self._local, folder)):
            return found
        copy = to / PurePosixPath(folder).name
        self._fs.get(f"{self._root}/{folder}/", f"{copy}/", recursive=True)
        return copy

    def roots(self) -> list[str]:
        """Where the directory lies on this machine, as it is called and with links followed; nowhere for a URL."""
        return [str(self._local), str(self._local.resolve())] if self._local else []

    def _has(self, folder: str) -> bool:
        parts = folder.split("/")
        plain = all(part not in ("", ".", "..") and "\0" not in part for part in parts)
        return plain and parts[-1] in Files(self._url).folders("/".join(parts[:-1]))

    def _offer(self) -> str:
        found = _names(self._local) if self._local else Files(self._url).folders("")
        names = [name for name in found if not is_hidden(PurePosixPath(name))]
        return f"There are: {', '.join(names[:20])}." if names else "It is empty: put a folder of pictures there."


def is_inside(folder: Path, file: str) -> bool:
    """Whether a file that a folder's table names lies in the folder, links followed."""
    try:
        return (folder / file).resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):
        return False


def _resolve(imports: Path, folder: str) -> Path | None:
    root = imports.resolve()
    try:
        found = (root / folder).resolve()
        inside = found != root and found.is_relative_to(root) and found.is_dir()
    except (OSError, ValueError, RuntimeError):  # names that no file system takes, links in a circle
        return None
    return found if inside else None


def _names(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir() if path.is_dir()) if root.is_dir() else []
