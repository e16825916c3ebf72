"""Which group of pictures serves which purpose."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from longhand.datasets.sample import DatasetError, Split
from longhand.datasets.tables import parse_split, read_csv

Table = Mapping[tuple[str, str], tuple[str, Split]]
"""(set, image) → (group, split)."""


def read_splits(path: Path) -> Table:
    """Read a CSV of set, image, group, split; raises DatasetError that names the line of what is missing or unknown."""
    table: dict[tuple[str, str], tuple[str, Split]] = {}
    for where, row in read_csv(path):
        split = parse_split(row.get("split"), where)
        if split is None or not all(row.get(column) for column in ("set", "image", "group")):
            raise DatasetError(f"{where}: needs set, image, group and split.")
        table[row["set"], row["image"]] = row["group"], split
    return table


def assign_split(group: str, seed: int = 0) -> Split:
    """The split of a group that no table names: by its hash, 80 % train, 8 % validation, 4 % gate, 8 % test."""
    share = int.from_bytes(hashlib.sha256(f"{seed}:{group}".encode()).digest()[:4], "big") / 2**32
    bounds: tuple[tuple[float, Split], ...] = ((0.80, "train"), (0.88, "validation"), (0.92, "gate"), (1.0, "test"))
    return next(split for bound, split in bounds if share < bound)
