"""CSV files that list pictures and their texts, the pictures in folders near them.

So Kaggle's handwritten names come (FILENAME, IDENTITY; a file for each of train, validation and test), and its
prescriptions (`Training`, `Validation` and `Testing`, each with a CSV of IMAGE, MEDICINE_NAME and GENERIC_NAME).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from longhand.datasets.hidden import find_files, find_folders
from longhand.datasets.places import Places
from longhand.datasets.sample import DatasetError, Sample, Split
from longhand.datasets.source import Source
from longhand.datasets.splits import name_split
from longhand.datasets.tables import Cells, find_cell, has_columns, parse_split, read_csv, read_header

NAMES = ("FILENAME", "IDENTITY")
MEDICINES = ("IMAGE", "MEDICINE_NAME")


@dataclass(frozen=True)
class _Columns:
    """What the columns are called; those of group and split may be absent."""

    image: str
    text: str
    group: str = "writer"
    split: str = "split"


@dataclass
class _Shelves:
    """The folders in which a list's pictures may lie, those named after its split first."""

    root: Path
    places: list[Places]

    @classmethod
    def near(cls, root: Path, around: Path, split: Split | None) -> "_Shelves":
        below = [folder for pattern in ("*", "*/*") for folder in find_folders(around, pattern)]
        ordered = sorted([around, *below], key=lambda f: split is not None and name_split(f.name) != split)
        return cls(root, [Places(folder) for folder in ordered])

    def find(self, name: str) -> str:
        """A picture's place relative to the root; where it is on no shelf, its name."""
        spelled_so = [places for places in self.places if (places.folder / name).is_file()]
        for places in (*spelled_so, *self.places):
            if found := places.find(name):
                self.places.remove(places)
                self.places.insert(0, places)  # the next one most likely lies beside it
                return (places.folder / found).relative_to(self.root).as_posix()
        return name


def read_listed(
    source: Source,
    *,
    tables: str = "*.csv",
    image: str = NAMES[0],
    text: str = NAMES[1],
    group: str = "writer",
    split: str = "split",
    skip: Collection[str] = ("UNREADABLE", "EMPTY"),
) -> Iterator[Sample]:
    """Read every CSV that matches `tables`.

    `image`, `text`, `group` and `split` name its columns. Texts in `skip` and missing ones are dropped and counted. A
    file's own name gives the split, as `written_name_validation_v2.csv` does; without, its column or the group.
    """
    files = source.files(tables)
    if not files:
        raise DatasetError(f"{source.folder} holds no {tables}. Name the lists of pictures with `tables`.")
    lists = [(file, name_split(file.stem)) for file in files]
    yield from _read_lists(source, lists, _Columns(image, text, group, split), skip)


def read_prescriptions(
    source: Source, *, image: str = MEDICINES[0], label: str = MEDICINES[1], skip: Collection[str] = ()
) -> Iterator[Sample]:
    """Read `Training`, `Validation` and `Testing`; `label` is the column to learn, or `GENERIC_NAME`."""
    lists = [(file, part) for folder, part in _parts(source.folder) for file in find_files(folder, "*.csv")]
    if not lists:
        raise DatasetError(f"{source.folder} holds no folder Training, Validation or Testing with a CSV in it.")
    yield from _read_lists(source, lists, _Columns(image, label), skip)


def has_listed(folder: Path) -> bool:
    """Whether a folder holds a CSV of FILENAME and IDENTITY."""
    return any(has_columns(file, NAMES) for file in find_files(folder, "*.csv"))


def has_prescriptions(folder: Path) -> bool:
    """Whether folders named after splits hold a CSV of IMAGE and MEDICINE_NAME."""
    return any(has_columns(file, MEDICINES) for part, _ in _parts(folder) for file in find_files(part, "*.csv"))


def _parts(folder: Path) -> list[tuple[Path, Split]]:
    return [(f, part) for f in find_folders(folder) if (part := name_split(f.name))]


def _read_lists(
    source: Source, lists: Sequence[tuple[Path, Split | None]], columns: _Columns, skip: Collection[str]
) -> Iterator[Sample]:
    parts = {part for _, part in lists if part}
    for file, part in lists:
        _check(file, columns)
        shelves = _Shelves.near(source.folder, file.parent, part)
        for where, row in read_csv(file):
            text = _text(row, columns, skip, source)
            if text is None:
                continue
            image = find_cell(row, [columns.image])
            if not image:
                raise DatasetError(f"{where}: no picture is named in the column {columns.image}.")
            split = part or parse_split(find_cell(row, [columns.split]), where)
            yield source.sample(shelves.find(image), text, find_cell(row, [columns.group]), split, parts=parts)


def _check(file: Path, columns: _Columns) -> None:
    missing = [name for name in (columns.image, columns.text) if not has_columns(file, [name])]
    if missing:
        raise DatasetError(
            f"{file}, line 1: no column {' and '.join(missing)} among {', '.join(read_header(file))}."
            " Name the columns with the format's options."
        )


def _text(row: Cells, columns: _Columns, skip: Collection[str], source: Source) -> str | None:
    text = (find_cell(row, [columns.text]) or "").strip()
    if text and text not in skip:
        return text
    source.drop(f"labelled_{text.lower()}" if text else "without_label")
    return None
