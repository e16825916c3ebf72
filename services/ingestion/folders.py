"""Folders that may be ingested: those below the imports directory, and nothing that leads out of it."""

from pathlib import Path

from services.ingestion.errors import UnknownFolder


def find_folder(imports: Path, folder: str) -> Path:
    """The folder, given relative to `imports`; raises UnknownFolder for what is not there or not below it."""
    root = imports.resolve()
    try:
        found = (root / folder).resolve()
        inside = found != root and found.is_relative_to(root) and found.is_dir()
    except (OSError, ValueError, RuntimeError):  # names that no file system takes, links in a circle
        inside = False
    if not inside:
        raise UnknownFolder(f"There is no folder {folder!r} below the imports directory. {_offer(root)}")
    return found


def is_inside(folder: Path, file: str) -> bool:
    """Whether a file that a folder's table names lies in the folder, links followed."""
    try:
        return (folder / file).resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):
        return False


def _offer(root: Path) -> str:
    names = sorted(path.name for path in root.iterdir() if path.is_dir())[:20] if root.is_dir() else []
    return f"There are: {', '.join(names)}." if names else "It is empty: put a folder of pictures there."
