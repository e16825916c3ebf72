"""Folders of pictures with their texts: `lines.jsonl`, `labels.csv` and its relatives, or a folder per class."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from longhand.datasets.sample import DatasetError, Sample, Split
from longhand.datasets.source import Source
from longhand.datasets.splits import Table, name_split
from longhand.datasets.tables import Row, parse_split, read_csv, read_json_lines

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif"})
LINES, TABLES, CLASSES = "lines.jsonl", ("labels.csv", "data.csv"), "classes.csv"
_NAMES = ("file", "file_name", "image", "FILENAME")
_TEXTS = ("label", "text", "IDENTITY")
_GROUPS = ("writer_id", "writer", "group", "page", "document")


def read_folder(folder: Path, name: str | None = None, splits: Table | None = None) -> Iterator[Sample]:
    """Read a folder in whichever of the three layouts it has.

    The split of a picture is the table's, else the one its row names, else by the hash of its group;
    the group is the row's writer, document or page, else the hash of the picture itself.
    Raises DatasetError that names file and line where the layout does not hold.
    """
    if not folder.is_dir():
        raise DatasetError(f"{folder} is not a folder.")
    source = Source(folder, name or folder.name, splits or {})
    if (folder / LINES).exists():
        return read_lines(source)
    return read_table(source) if has_table(folder) else read_classes(source)


def read_lines(source: Source) -> Iterator[Sample]:
    """Read `lines.jsonl`: an object per line with image and text, and group and split where they are known."""
    return _described(source, read_json_lines(source.folder / LINES))


def read_table(source: Source) -> Iterator[Sample]:
    """Read `labels.csv` or `data.csv`: a row per picture with file and label, and group and split where known."""
    first = next((table for table in TABLES if (source.folder / table).exists()), TABLES[0])
    return _described(source, read_csv(source.folder / first))


def read_classes(source: Source, *, classes: Mapping[str, str] | None = None) -> Iterator[Sample]:
    """Read a folder per class, whose name is the text of its pictures; above them may be folders named after splits.

    `classes`, or the CSV `classes.csv` of folder and text, says what a folder means that cannot be named so.
    """
    known = {**_read_classes(source.folder / CLASSES), **(classes or {})}
    parts = _parts(source.folder)
    files = _pictures(source.folder, "*/*/*" if parts else "*/*")
    if not files:
        raise DatasetError(
            f"{source.folder} holds neither {LINES}, {', '.join(TABLES)} nor a folder of pictures per class."
        )
    for path in files:
        file, label = path.relative_to(source.folder).as_posix(), path.parent.name
        split = name_split(file.split("/")[0]) if parts else None
        yield source.sample(file, str(known.get(label, label)), split=split, parts=parts)


def has_table(folder: Path) -> bool:
    """Whether a folder holds `labels.csv` or `data.csv`."""
    return any((folder / table).exists() for table in TABLES)


def has_classes(folder: Path) -> bool:
    """Whether a folder holds folders of pictures."""
    return bool(_parts(folder)) or bool(_pictures(folder, "*/*"))


def _described(source: Source, rows: Iterator[Row]) -> Iterator[Sample]:
    for where, row in rows:
        image = _first(row, _NAMES)
        text = next((str(row[c]) for c in _TEXTS if row.get(c) is not None), None)
        if image is None or text is None:
            raise DatasetError(f"{where}: needs one of {', '.join(_NAMES)} and one of {', '.join(_TEXTS)}.")
        yield source.sample(image, text, _first(row, _GROUPS), parse_split(row.get("split"), where))


def _parts(folder: Path) -> frozenset[Split]:
    """The splits that the folders are named after; none where the folders are classes."""
    names = [name_split(f.name) for f in folder.iterdir() if f.is_dir() and f.name[0] not in "._"]
    nested = None not in names and bool(_pictures(folder, "*/*/*"))
    return frozenset(name for name in names if name) if nested else frozenset()


def _pictures(folder: Path, pattern: str) -> list[Path]:
    return sorted(p for p in folder.glob(pattern) if p.suffix.lower() in PICTURES)


def _read_classes(path: Path) -> dict[str, str]:
    known = {}
    for where, row in read_csv(path) if path.exists() else ():
        if not row.get("folder") or not row.get("text"):
            raise DatasetError(f"{where}: needs folder and text.")
        known[row["folder"]] = row["text"]
    return known


def _first(row: Mapping[str, Any], columns: tuple[str, ...]) -> str | None:
    return next((str(row[c]) for c in columns if row.get(c) not in (None, "")), None)
