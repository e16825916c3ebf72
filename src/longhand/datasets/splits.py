"""Which group of pictures serves which purpose."""

import csv
import hashlib
from collections.abc import Mapping
from pathlib import Path

from longhand.datasets.sample import SPLITS, DatasetError, Split

Table = Mapping[tuple[str, str], tuple[str, Split]]
"""(set, image) → (group, split)."""


def read_splits(path: Path) -> Table:
    """Read a CSV of set, image, group, split; raises DatasetError that names the line of an unknown split."""
    table: dict[tuple[str, str], tuple[str, Split]] = {}
    known: dict[str, Split] = {split: split for split in SPLITS}
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            split = known.get(row["split"])
            if split is None:
                raise DatasetError(
                    f"{path.name}, line {number}: unknown split {row['split']!r}. Use one of {', '.join(SPLITS)}."
                )
            table[row["set"], row["image"]] = row["group"], split
    return table


def assign_split(group: str, seed: int = 0) -> Split:
    """The split of a group that no table names: by its hash, 80 % train, 8 % validation, 4 % gate, 8 % test."""
    share = int.from_bytes(hashlib.sha256(f"{seed}:{group}".encode()).digest()[:4], "big") / 2**32
    bounds: tuple[tuple[float, Split], ...] = ((0.80, "train"), (0.88, "validation"), (0.92, "gate"), (1.0, "test"))
    return next(split for bound, split in bounds if share < bound)
