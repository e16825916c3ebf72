"""Files that describe pictures, line by line. Errors name file and line."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from longhand.datasets.sample import SPLITS, DatasetError, Split

Row = tuple[str, dict[str, Any]]
"""Where a row stands (file and line), and what it says."""


def read_csv(path: Path) -> Iterator[Row]:
    """The rows of a CSV with a header, in UTF-8; raises DatasetError."""
    reader = csv.DictReader(io.StringIO(_read(path), newline=""))
    try:
        for row in reader:
            yield f"{path}, line {reader.line_num}", row
    except csv.Error as error:
        raise DatasetError(f"{path}, line {reader.line_num}: {error}.") from error


def read_header(path: Path) -> list[str]:
    """The names of a CSV's columns; none where the file is no CSV."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return next(csv.reader(file), [])
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


def parse_split(value: Any, where: str) -> Split | None:
    """The split of that name, None where there is no name; raises DatasetError."""
    if value in (None, ""):
        return None
    for split in SPLITS:
        if split == value:
            return split
    raise DatasetError(f"{where}: unknown split {value!r}. Use one of {', '.join(SPLITS)}.")


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


def _as_object(line: str, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise DatasetError(f"{where}: not JSON ({error}).") from error
    if not isinstance(row, dict):
        raise DatasetError(f"{where}: not an object in braces.")
    return row
