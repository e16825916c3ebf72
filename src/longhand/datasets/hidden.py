"""Files and folders below a folder, but those that systems and file managers leave beside people's files.

The one place that decides what is passed over: whatever looks for files asks here.
"""

from collections.abc import Iterator
from pathlib import Path, PurePath

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif"})
"""The endings of picture files, in small letters."""
_SYSTEM = frozenset(
    (
        "@eadir",  # Synology
        "#recycle",
        "__macosx",  # beside what macOS packed; its ._name are hidden as all that begin with a point
        "thumbs.db",  # Windows
        "ehthumbs.db",
        "desktop.ini",
        "$recycle.bin",
        "system volume information",
        "lost+found",
    )
)


def is_hidden(path: PurePath) -> bool:
    """Whether a file, or a folder that it lies in, is hidden or the system's. Give it relative to what was named: a
    person may well keep their pictures below a hidden folder."""
    return any(part.startswith(".") or part.lower() in _SYSTEM for part in path.parts)


def find_files(folder: Path, pattern: str = "**/*") -> list[Path]:
    """The files below a folder that match a pattern, sorted; `*.xml` matches `.XML` too."""
    return sorted(path for path in _find(folder, pattern) if path.is_file())


def find_folders(folder: Path, pattern: str = "*") -> list[Path]:
    """The folders below a folder that match a pattern, sorted."""
    return sorted(path for path in _find(folder, pattern) if path.is_dir())


def _find(folder: Path, pattern: str) -> Iterator[Path]:
    found = folder.glob(_fold_ending(pattern))
    return (path for path in found if not is_hidden(path.relative_to(folder)))


def _fold_ending(pattern: str) -> str:
    """A pattern whose ending matches in any case."""
    stem, point, ending = pattern.rpartition(".")
    if not stem or not ending.isalnum():
        return pattern
    return stem + point + "".join(f"[{c.lower()}{c.upper()}]" if c.isalpha() else c for c in ending)
