"""Labels that were compared with their pictures by eye, because a network surely read something else there.

People who copy a list skip a row, forget a dot or spell a name their own way. The label is then what they should have
written. Networks learn from it all the same; whether a reading can be trusted is judged by what is on the paper.
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from longhand.datasets.drawn import find_origin, find_picture

TABLE = "judged.tsv"
"""A row for each label that was found wrong: set, name, label, and what is written, nothing where that is unclear."""


def find_written(set: str, name: str, label: str) -> str | None:
    """What is written in a picture of a set, also in a spoiled copy of it: the label, unless it was judged to be wrong;
    None where nobody can say. A judgement counts for the label that it was made of."""
    known = _judgements().get((find_origin(set), find_picture(name), label))
    return label if known is None else known or None


@cache
def _judgements() -> Mapping[tuple[str, str, str], str]:
    with (Path(__file__).parent / TABLE).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, dialect="excel-tab"))
    return {(row["set"], row["name"], row["label"]): row["written"] for row in rows}
