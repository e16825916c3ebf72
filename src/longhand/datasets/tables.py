"""Files that describe pictures, line by line. Errors name file and line."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from longhand.datasets.sample import SPLITS, DatasetError, Split

Cells = Mapping[str, object]
"""What a row says, by the small letters of its columns' names."""
Row = tuple[str, Cells]
"""Where a row stands (file and line), and what it says."""
_SEPARATORS = (",", ";", "\t", "|")


def read_csv(path: Path) -> Iterator[Row]:
    """The rows of a CSV with a header, in UTF-8, whatever separates its fields; raises DatasetError."""
    text = _read(path)
    separator = _find_separator(text.partition("\n")[0])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    try:
        header = _name_columns(next(reader, []), path)
        for fields in filter(None, reader):
            where = f"{path}, line {reader.line_num}"
            if len(fields) > len(header):
                raise DatasetError(
                    f"{where}: {len(fields)} fields where the header has {len(header)}."
                    " Put a text that holds the separator into quotation marks."
                )
            yield where, dict(zip(header, [*fields, *[None] * (len(header) - len(fields))], strict=True))
    except csv.Error as error:
        raise DatasetError(f"{path}, line {reader.line_num}: {error}.") from error


def read_header(path: Path) -> list[str]:
    """The names of a CSV's columns; none where the file is no CSV."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            line = file.readline()
            fields = next(csv.reader([line], delimiter=_find_separator(line), skipinitialspace=True), [])
            return [name.strip() for name in fields]
    except (OSError, UnicodeDecodeError, csv.Error):
        return []


def read_lines(path: Path) -> Iterator[tuple[str, str]]:
    """The lines of a text file in UTF-8, each with where it stands, but empty ones and those that begin with #."""
    for number, line in enumerate(_read(path).splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            yield f"{path}, line {number}", line


def read_json_lines(path: Path) -> Iterator[Row]:
    """The objects of a file with one per line, in UTF-8; raises DatasetError."""
    for number, line in enumerate(_read(path).split("\n"), start=1):
        if line.strip():
            yield (where := f"{path}, line {number}"), _as_object(line, where)


def find_cell(row: Cells, columns: Sequence[str], *, empty: bool = False) -> str | None:
    """What the first of these columns says that is there and says anything; with `empty`, that is there."""
    found = (row.get(_fold(column)) for column in columns)
    return next((str(value) for value in found if value is not None and (empty or value != "")), None)


def name_filled(row: Cells) -> str:
    """The columns of a row that say something, for an error."""
    return ", ".join(column for column, value in row.items() if value not in (None, "")) or "nothing"


def has_columns(path: Path, columns: Sequence[str]) -> bool:
    """Whether a CSV has all of these columns."""
    return set(map(_fold, columns)) <= set(map(_fold, read_header(path)))


def parse_split(value: object, where: str) -> Split | None:
    """The split of that name, None where there is no name; raises DatasetError."""
    if value in (None, ""):
        return None
    for split in SPLITS:
        if split == value:
            return split
    raise DatasetError(f"{where}: unknown split {value!r}. Use one of {', '.join(SPLITS)}.")


def _find_separator(header: str) -> str:
    """The separator that stands most often in a header, outside of quotation marks; a comma where none does."""
    counts = Counter(re.sub(r'"[^"]*"', "", header))
    return max(_SEPARATORS, key=lambda separator: counts[separator])


def _fold(column: str) -> str:
    return column.strip().casefold()


def _name_columns(names: Sequence[str], where: object) -> list[str]:
    folded = [_fold(name) for name in names]
    twice = [name for name, count in Counter(folded).items() if name and count > 1]
    if twice:
        raise DatasetError(f"{where}, line 1: two columns are called {twice[0]!r}. Rename one of them.")
    return folded


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror or error}.") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DatasetError(f"{path}, line {line}: not UTF-8. Save the file as UTF-8.") from error


def _as_object(line: str, where: str) -> Cells:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise DatasetError(f"{where}: not JSON ({error}).") from error
    if not isinstance(row, dict):
        raise DatasetError(f"{where}: not an object in braces.")
    return {_fold(key): value for key, value in row.items()}
