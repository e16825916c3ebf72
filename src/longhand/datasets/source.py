"""A folder that is read as a data set, whatever its format."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from longhand.datasets.sample import DatasetError, Sample, Split
from longhand.datasets.splits import Table, assign_split, carve


@dataclass(frozen=True)
class Source:
    """A folder to read as the set `name`.

    Of the pictures that `splits` names, it says group and split. What a format leaves out is counted in `dropped`,
    by reason, while the samples are drawn.
    """

    folder: Path
    name: str
    splits: Table = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)

    def drop(self, reason: str) -> None:
        """Count something that is left out; a reason is one word, as `without_text`."""
        self.dropped[reason] += 1

    def sample(
        self,
        file: str,
        text: str,
        group: str | None = None,
        split: Split | None = None,
        read: Callable[[], bytes] | None = None,
        parts: Collection[Split] = (),
    ) -> Sample:
        """The sample of a file that is named relative to the folder.

        Without a group, equal pictures are one; without a split, the group's hash decides. Where `parts` says which
        splits the set has of its own, those that it lacks are carved from its train part.
        """
        read = read or partial(self.read, file)
        known = self.splits.get((self.name, file))
        if known is None:
            own = group or _hash(file, read)
            known = own, carve(own, split or assign_split(own), parts)
        return Sample(self.name, file, text, known[0], known[1], read)

    def files(self, pattern: str) -> list[Path]:
        """The files that match a pattern below the folder, sorted; raises DatasetError where it leads outside."""
        if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
            raise DatasetError(f"{pattern} leads outside of {self.folder}. Name what lies in it.")
        return sorted(path for path in self.folder.glob(pattern) if path.is_file())

    def read(self, file: str) -> bytes:
        """The bytes of a file; raises OSError where there is none, or where it lies outside of the folder."""
        path = self.folder / file
        if not path.resolve().is_relative_to(self.folder.resolve()):
            raise OSError(f"{file} leads outside its folder")
        return path.read_bytes()


def choose(option: str, value: object, choices: Collection[str]) -> str:
    """The value of an option that takes one of several; raises DatasetError that lists them."""
    if isinstance(value, str) and value in choices:
        return value
    raise DatasetError(f"{option}: {value!r} is not known. Use one of {', '.join(choices)}.")


def _hash(file: str, read: Callable[[], bytes]) -> str:
    try:
        return hashlib.sha256(read()).hexdigest()[:16]
    except OSError:
        return file
