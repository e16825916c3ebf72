"""Folders of pictures with their texts: `lines.jsonl`, `labels.csv` and its relatives, or a folder per class."""

import csv
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from longhand.datasets.sample import SPLITS, DatasetError, Sample, Split
from longhand.datasets.splits import Table, assign_split

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif"})
_TABLES = ("labels.csv", "data.csv")
_NAMES = ("file", "file_name", "image", "FILENAME")
_TEXTS = ("label", "text", "IDENTITY")
_GROUPS = ("writer_id", "writer", "group", "page", "document")
_Row = tuple[str, str, str | None, str | None]


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
            known = own, _as_split(split, folder / file) or assign_split(own)
        yield Sample(title, file, text, known[0], known[1], read)


def _rows(folder: Path) -> Iterator[_Row]:
    if (folder / "lines.jsonl").exists():
        return _json_rows(folder / "lines.jsonl")
    for table in _TABLES:
        if (folder / table).exists():
            return _csv_rows(folder / table)
    return _class_rows(folder)


def _json_rows(path: Path) -> Iterator[_Row]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                row = json.loads(line)
                yield str(row["image"]), str(row["text"]), _first(row, _GROUPS), row.get("split")
            except (ValueError, KeyError, TypeError) as error:
                raise DatasetError(f'{path}, line {number}: expected {{"image": …, "text": …}}.') from error


def _csv_rows(path: Path) -> Iterator[_Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            image, text = _first(row, _NAMES), _first(row, _TEXTS)
            if image is None or text is None:
                raise DatasetError(
                    f"{path}, line {number}: needs a column {' or '.join(_NAMES)} and one {' or '.join(_TEXTS)}."
                )
            yield image, text, _first(row, _GROUPS), row.get("split")


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


def _as_split(value: str | None, where: Path) -> Split | None:
    if value is None or value == "":
        return None
    for split in SPLITS:
        if split == value:
            return split
    raise DatasetError(f"{where}: unknown split {value!r}. Use one of {', '.join(SPLITS)}.")


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
