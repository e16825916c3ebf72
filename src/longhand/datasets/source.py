"""A folder that is read as a data set, whatever its format."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

from longhand.datasets.hidden import find_files
from longhand.datasets.places import Places, spell
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

    @cached_property
    def places(self) -> Places:
        """The files of the folder by the names that its tables and layouts give them."""
        return Places(self.folder)

    def sample(
        self,
        file: str,
        text: str,
        group: str | None = None,
        split: Split | None = None,
        read: Callable[[], bytes] | None = None,
        parts: Collection[Split] = (),
    ) -> Sample:
        """The sample of a file that is named relative to the folder; its name is kept in NFC.

        Without a group, equal pictures are one; without a split, the group's hash decides. Where `parts` says which
        splits the set has of its own, those that it lacks are carved from its train part.
        """
        if read is None:
            file = self.places.find(file) or file
            read = partial(self.read, file)
        name = spell(file)
        known = self.splits.get((spell(self.name), name))
        if known is None:
            own = group or _hash(name, read)
            known = own, carve(own, split or assign_split(own), parts)
        return Sample(self.name, name, text, known[0], known[1], read)

    def files(self, pattern: str) -> list[Path]:
        """The files that match a pattern below the folder, sorted; raises DatasetError where it leads outside."""
        if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
            raise DatasetError(f"{pattern} leads outside of {self.folder}. Name what lies in it.")
        return find_files(self.folder, pattern)

    def read(self, file: str) -> bytes:
        """The bytes of a file; raises OSError where there is none, or where it lies outside of the folder."""
        path = self.folder / file
        try:
            inside = path.resolve().is_relative_to(self.folder.resolve())
        except ValueError as error:
            raise OSError(f"{file!r} is no name of a file") from error
        if not inside:
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
