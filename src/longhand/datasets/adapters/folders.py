"""Folders of pictures with their texts: `lines.jsonl`, `labels.csv` and its relatives, or a folder per class."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from longhand.datasets.hidden import PICTURES, find_files, find_folders
from longhand.datasets.places import spell
from longhand.datasets.sample import DatasetError, Sample, Split
from longhand.datasets.source import Source
from longhand.datasets.splits import Table, name_split
from longhand.datasets.tables import Row, find_cell, name_filled, parse_split, read_csv, read_json_lines

LINES, TABLES, CLASSES = "lines.jsonl", ("labels.csv", "data.csv"), "classes.csv"
_NAMES = ("file", "file_name", "image", "FILENAME")
_TEXTS = ("label", "text", "IDENTITY", "words")
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
    if (folder / LINES).is_file():
        return read_lines(source)
    return read_table(source) if has_table(folder) else read_classes(source)


def read_lines(source: Source) -> Iterator[Sample]:
    """Read `lines.jsonl`: an object per line with image and text, and group and split where they are known."""
    return _described(source, read_json_lines(source.folder / LINES))


def read_table(source: Source) -> Iterator[Sample]:
    """Read `labels.csv` or `data.csv`: a row per picture with file and label, and group and split where known."""
    first = next(iter(_tables(source.folder)), source.folder / TABLES[0])
    return _described(source, read_csv(first))


def read_classes(source: Source, *, classes: Mapping[str, str] | None = None) -> Iterator[Sample]:
    """Read a folder per class, whose name is the text of its pictures; above them may be folders named after splits.

    `classes`, or the CSV `classes.csv` of folder and text, says what a folder means that cannot be named so.
    """
    known = {**_read_classes(source.folder / CLASSES), **{spell(name): text for name, text in (classes or {}).items()}}
    parts = _parts(source.folder)
    files = _pictures(source.folder, "*/*/*" if parts else "*/*")
    if not files:
        raise DatasetError(
            f"{source.folder} holds neither {LINES}, {', '.join(TABLES)} nor a folder of pictures per class."
        )
    for path in files:
        file, label = path.relative_to(source.folder).as_posix(), spell(path.parent.name)
        split = name_split(file.split("/")[0]) if parts else None
        yield source.sample(file, str(known.get(label, label)), split=split, parts=parts)


def has_table(folder: Path) -> bool:
    """Whether a folder holds `labels.csv` or `data.csv`."""
    return bool(_tables(folder))


def has_classes(folder: Path) -> bool:
    """Whether a folder holds folders of pictures."""
    return bool(_parts(folder)) or bool(_pictures(folder, "*/*"))


def _described(source: Source, rows: Iterator[Row]) -> Iterator[Sample]:
    for where, row in rows:
        image, text = find_cell(row, _NAMES), find_cell(row, _TEXTS, empty=True)
        if image is None or text is None:
            needed = f"needs one of {', '.join(_NAMES)} and one of {', '.join(_TEXTS)}"
            raise DatasetError(f"{where}: {needed}, and has {name_filled(row)}.")
        yield source.sample(image, text, find_cell(row, _GROUPS), parse_split(row.get("split"), where))


def _parts(folder: Path) -> frozenset[Split]:
    """The splits that the folders are named after; none where the folders are classes."""
    names = [name_split(f.name) for f in find_folders(folder) if not f.name.startswith("_")]
    nested = None not in names and bool(_pictures(folder, "*/*/*"))
    return frozenset(name for name in names if name) if nested else frozenset()


def _tables(folder: Path) -> list[Path]:
    return [path for table in TABLES for path in find_files(folder, table)]


def _pictures(folder: Path, pattern: str) -> list[Path]:
    return [path for path in find_files(folder, pattern) if path.suffix.lower() in PICTURES]


def _read_classes(path: Path) -> dict[str, str]:
    known = {}
    for where, row in read_csv(path) if path.is_file() else ():
        folder, text = find_cell(row, ["folder"]), find_cell(row, ["text"])
        if not folder or not text:
            raise DatasetError(f"{where}: needs folder and text.")
        known[spell(folder)] = text
    return known
