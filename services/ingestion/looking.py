"""What is in a frozen version, for a person who looks: how it is distributed, and a sheet of its pictures."""

import json
import random
import re
from collections import Counter
from collections.abc import Sequence
from typing import TypedDict

from longhand.contracts.datasets import DatasetLook, DatasetSample
from longhand.samples.errors import UnknownSample
from longhand.samples.files import Files
from longhand.samples.versions import ROOT, Versions

LONGEST = 40
"""Texts of this many characters or more are counted together."""

COMMONEST = 100
"""How many characters are named with their counts."""


class Line(TypedDict):
    """A line of lines.jsonl."""

    image: str
    text: str
    group: str
    split: str
    set: str
    name: str


class Looks:
    """Reads frozen versions; counts and draws anew for each who asks."""

    def __init__(self, files: Files) -> None:
        self._files, self._versions = files, Versions(files)

    def look(self, version: str, count: int, split: str | None, seed: int) -> DatasetLook:
        """Distributions of a version, or of one of its splits, and some of its pictures by lot.

        The same `seed` draws the same ones. Raises UnknownSample.
        """
        lines: list[Line] = [json.loads(line) for line in self._versions.lines(version).splitlines()]
        some = [line for line in lines if split is None or line["split"] == split]
        drawn = random.Random(seed).sample(some, min(count, len(some)))
        return DatasetLook(
            pictures=len(some),
            groups=len({(line["set"], line["group"]) for line in some}),
            sets=dict(Counter(line["set"] for line in some).most_common()),
            lengths=_lengths(some),
            characters=dict(Counter("".join(line["text"] for line in some)).most_common(COMMONEST)),
            samples=[_sample(line) for line in drawn],
        )

    def picture(self, version: str, sha256: str) -> bytes:
        """The bytes of a picture of a version; raises UnknownSample."""
        lines = self._versions.lines(version)
        found = re.search(rf'"image": "(images/{sha256[:2]}/{sha256}[^"/]*)"'.encode(), lines)
        if found is None:
            raise UnknownSample(f"The dataset version {version} has no picture {sha256}.")
        return self._files.read(f"{ROOT}/{version}/{found[1].decode()}")


def _lengths(lines: Sequence[Line]) -> dict[int, int]:
    """How many texts have so many characters."""
    return dict(sorted(Counter(min(len(line["text"]), LONGEST) for line in lines).items()))


def _sample(line: Line) -> DatasetSample:
    key = line["image"].rpartition("/")[2].partition(".")[0]
    return DatasetSample(picture=key, text=line["text"], split=line["split"], set=line["set"], name=line["name"])
