"""Folders of pictures with their texts: `lines.jsonl`, `labels.csv` and its relatives, or a folder per class."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from longhand.datasets.sample import DatasetError, Sample, Split
from longhand.datasets.splits import Table, assign_split
from longhand.datasets.tables import Row, parse_split, read_csv, read_json_lines

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif"})
_TABLES = ("labels.csv", "data.csv")
_NAMES = ("file", "file_name", "image", "FILENAME")
_TEXTS = ("label", "text", "IDENTITY")
_GROUPS = ("writer_id", "writer", "group", "page", "document")
_Row = tuple[str, str, str | None, Split | None]


def read_folder(folder: Path, name: str | None = None, splits: Table | None = None) -> Iterator[Sample]:
    """Read a folder in whichever layout it has.

    The split of a picture is the table's, else the one its row names, else by the hash of its group;
    the group is the row's writer, document or page, else the hash of the picture itself.
    Raises DatasetError that names file and line where the layout does not hold.
    """
    if not folder.is_dir():
        raise DatasetError(f"{folder} is not a folder.")
    title = name or folder.name
    for file, text, group, split in _rows(folder):
        read = partial(_read, folder, file)
        known = (splits or {}).get((title, file))
        if known is None:
            own = group or _hash(file, read)
            known = own, split or assign_split(own)
        yield Sample(title, file, text, known[0], known[1], read)


def _rows(folder: Path) -> Iterator[_Row]:
    if (folder / "lines.jsonl").exists():
        return _described(read_json_lines(folder / "lines.jsonl"))
    for table in _TABLES:
        if (folder / table).exists():
            return _described(read_csv(folder / table))
    return _class_rows(folder)


def _described(rows: Iterator[Row]) -> Iterator[_Row]:
    for where, row in rows:
        image = _first(row, _NAMES)
        text = next((str(row[c]) for c in _TEXTS if row.get(c) is not None), None)
        if image is None or text is None:
            raise DatasetError(f"{where}: needs one of {', '.join(_NAMES)} and one of {', '.join(_TEXTS)}.")
        yield image, text, _first(row, _GROUPS), parse_split(row.get("split"), where)


def _class_rows(folder: Path) -> Iterator[_Row]:
    files = sorted(p for p in folder.glob("*/*") if p.suffix.lower() in PICTURES)
    if not files:
        raise DatasetError(
            f"{folder} holds neither lines.jsonl, labels.csv, data.csv nor a folder of pictures per class."
        )
    for path in files:
        yield path.relative_to(folder).as_posix(), path.parent.name, None, None


def _first(row: Mapping[str, Any], columns: tuple[str, ...]) -> str | None:
    return next((str(row[c]) for c in columns if row.get(c) not in (None, "")), None)


def _read(folder: Path, file: str) -> bytes:
    path = folder / file
    if not path.resolve().is_relative_to(folder.resolve()):
        raise OSError(f"{file} leads outside its folder")
    return path.read_bytes()


def _hash(file: str, read: Callable[[], bytes]) -> str:
    try:
        return hashlib.sha256(read()).hexdigest()[:16]
    except OSError:
        return file
