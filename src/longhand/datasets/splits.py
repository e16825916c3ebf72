"""Which group of pictures serves which purpose."""

import hashlib
import re
from collections.abc import Collection, Mapping
from pathlib import Path

from longhand.datasets.places import spell
from longhand.datasets.sample import DatasetError, Split
from longhand.datasets.tables import find_cell, parse_split, read_csv

Table = Mapping[tuple[str, str], tuple[str, Split]]
"""(set, image) → (group, split); names as `spell` writes them."""
_WORDS: Mapping[str, Split] = {
    **dict.fromkeys(("train", "training", "trainset"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "validationset", "dev"), "validation"),
    **dict.fromkeys(("test", "testing", "testset"), "test"),
    "gate": "gate",
    "unseen": "unseen",
}


def read_splits(path: Path) -> Table:
    """Read a CSV of set, image, group, split; raises DatasetError that names the line of what is missing or unknown."""
    table: dict[tuple[str, str], tuple[str, Split]] = {}
    for where, row in read_csv(path):
        split = parse_split(row.get("split"), where)
        of, image, group = (find_cell(row, [column]) for column in ("set", "image", "group"))
        if not (split and of and image and group):
            raise DatasetError(f"{where}: needs set, image, group and split.")
        table[spell(of), spell(image)] = group, split
    return table


def assign_split(group: str, seed: int = 0) -> Split:
    """The split of a group that no table names: by its hash, 80 % train, 8 % validation, 4 % gate, 8 % test."""
    share = int.from_bytes(hashlib.sha256(f"{seed}:{group}".encode()).digest()[:4], "big") / 2**32
    bounds: tuple[tuple[float, Split], ...] = ((0.80, "train"), (0.88, "validation"), (0.92, "gate"), (1.0, "test"))
    return next(split for bound, split in bounds if share < bound)


def name_split(name: str) -> Split | None:
    """The split that a folder or file is named after, as `Training` or `written_name_validation_v2`, if any."""
    words = re.findall(r"[a-z]+", name.lower())
    return next((_WORDS[word] for word in words if word in _WORDS), None)


def carve(group: str, split: Split, parts: Collection[Split]) -> Split:
    """The split of a group in a set that has `parts` of its own, or none.

    What such a set lacks to choose and to gate by, validation and gate, is taken from its train part: 8 % and 4 % of
    the groups, by hash. Its test part stays as its makers cut it.
    """
    own = assign_split(group)
    lacking = parts and own in ("validation", "gate") and own not in parts
    return own if split == "train" and lacking else split
