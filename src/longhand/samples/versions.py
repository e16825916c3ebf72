"""Frozen dataset versions: folders that never change, named by the hash of what they hold.

versions/<version>/lines.jsonl      {"image", "text", "group", "split", "set", "name"} per line
versions/<version>/images/…         the pictures
versions/<version>/version.json     what is known of the version
withdrawn/<version>.json            what stays of one that was withdrawn: it is not frozen again
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from pydantic import JsonValue

from longhand.contracts.datasets import DatasetVersion, UnreadableFile, WithdrawnDataset
from longhand.samples.blobs import place
from longhand.samples.errors import UnknownSample, VersionWithdrawn
from longhand.samples.files import Files

ROOT, WHOLE, WITHDRAWN = "versions", "version.json", "withdrawn"
"""WHOLE is written last: a folder that has it holds all the rest."""


@dataclass(frozen=True, order=True)
class Line:
    """One labelled picture, whose bytes lie in the blobs under `key`; `suffix` is that of its file, as `.png`."""

    key: str
    text: str
    group: str
    split: str
    set: str
    name: str
    suffix: str = ".png"

    @property
    def image(self) -> str:
        """Where the picture lies in the version's folder."""
        return f"images/{self.key[:2]}/{self.key}{self.suffix}"

    def row(self) -> str:
        """The line as it is written; the version is the hash of these."""
        return json.dumps({name: getattr(self, name) for name in ("image", *SAME)}, ensure_ascii=False) + "\n"


SAME = ("text", "group", "split", "set", "name")
"""What a line is written with as it is; its key and suffix are the picture's name."""


def parse(row: str | bytes) -> Line:
    """The line that was written so."""
    known = json.loads(row)
    picture = PurePosixPath(known["image"])
    return Line(key=picture.stem, suffix=picture.suffix, **{name: known[name] for name in SAME})


class Versions:
    """The frozen versions in a store; the same lines, in whatever order, are the same version."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def freeze(
        self,
        name: str,
        lines: Iterable[Line],
        source: dict[str, JsonValue],
        duplicates: int = 0,
        unreadable: Sequence[UnreadableFile] = (),
        dropped: Mapping[str, int] | None = None,
        private: bool = True,
    ) -> DatasetVersion:
        """Make the version of these lines, or find it where it was made before, also by another process meanwhile.

        It is `private` where people wrote what is in it, and nobody published that. Raises VersionWithdrawn.
        """
        ordered = sorted(lines)
        known = DatasetVersion(
            version=_name(ordered),
            name=name,
            private=private,
            created_at=datetime.now(UTC),
            pictures=len(ordered),
            splits=dict(sorted(Counter(line.split for line in ordered).items())),
            duplicates=duplicates,
            unreadable=list(unreadable),
            dropped=dict(sorted((dropped or {}).items())),
            source=source,
        )
        return self._freeze(known, ordered, lambda line: place(line.key))

    def get(self, version: str) -> DatasetVersion:
        """What is known of a version; raises UnknownSample, and VersionWithdrawn where it was withdrawn."""
        self._check(version)
        return DatasetVersion.model_validate_json(self._files.read(f"{ROOT}/{version}/{WHOLE}"))

    def all(self) -> list[DatasetVersion]:
        """Every version, newest first."""
        there = (version for version in self._files.folders(ROOT) if self._complete(version))
        found = [version for version in there if not self.withdrawn(version)]
        return sorted((self.get(version) for version in found), key=lambda known: known.created_at, reverse=True)

    def fetch(self, version: str, cache: Path) -> Path:
        """The version's folder on this machine: where it lies, or a copy in `cache`; raises UnknownSample."""
        self._check(version)
        return self._files.fetch(f"{ROOT}/{version}", cache / version, WHOLE)

    def lines(self, version: str) -> bytes:
        """The content of a version's lines.jsonl; raises UnknownSample."""
        self._check(version)
        return self._files.read(f"{ROOT}/{version}/lines.jsonl")

    def drop(self, version: str) -> None:
        """Take a version away: first the file without which it is none, then the rest. Raises UnknownSample."""
        if not self.lies(version):
            raise UnknownSample(f"There is no dataset version {version}.")
        self._files.remove(f"{ROOT}/{version}/{WHOLE}")
        self._files.clear(f"{ROOT}/{version}")

    def lies(self, version: str) -> bool:
        """Whether anything of a version lies here, also of one that was being made or taken away."""
        return version.isalnum() and self._files.exists(f"{ROOT}/{version}")

    def drafts(self) -> dict[str, list[str]]:
        """The folders of versions in the making, and of those whose maker was killed, with the paths of their files."""
        names = [name for name in self._files.folders(ROOT, hidden=True) if not self._complete(name)]
        return {name: self._files.find(f"{ROOT}/{name}") for name in names}

    def read_draft(self, name: str) -> list[Line]:
        """The lines of a version in the making; none where they are not written yet."""
        path = f"{ROOT}/{name}/lines.jsonl"
        return [parse(row) for row in self._files.read(path).splitlines()] if self._files.exists(path) else []

    def drop_draft(self, name: str) -> None:
        """Take away the folder of a version in the making."""
        self._files.clear(f"{ROOT}/{name}")

    def withdraw(self, version: str, goes: Callable[[Line], bool], reason: str) -> WithdrawnDataset:
        """Take a version away whole, and freeze it anew without some of its lines, where others are left.

        What stays of it is written before it goes, so that a process that was killed in between does it again. Raises
        UnknownSample.
        """
        gone = self.withdrawn(version) or self._replace(version, goes, reason)
        if self.lies(version):
            self.drop(version)
        return gone

    def _replace(self, version: str, goes: Callable[[Line], bool], reason: str) -> WithdrawnDataset:
        old = self.get(version)
        left = [line for line in map(parse, self.lines(version).splitlines()) if not goes(line)]
        new = self._refreeze(old, left) if left else None
        gone = WithdrawnDataset(
            version=version,
            name=old.name,
            at=datetime.now(UTC),
            reason=reason,
            replaced_by=new.version if new else None,
            source=old.source,
        )
        self._files.write(f"{WITHDRAWN}/{version}.json", gone.model_dump_json(indent=1).encode())
        return gone

    def withdrawn(self, version: str) -> WithdrawnDataset | None:
        """What stays of a version that was withdrawn; None where it was not."""
        path = f"{WITHDRAWN}/{version}.json"
        if not version.isalnum() or not self._files.exists(path):
            return None
        return WithdrawnDataset.model_validate_json(self._files.read(path))

    def _refreeze(self, old: DatasetVersion, left: Sequence[Line]) -> DatasetVersion:
        """Freezes lines of a version anew, with its own pictures: the blobs may have been deleted since."""
        splits = dict(sorted(Counter(line.split for line in left).items()))
        own = {"version": _name(left), "created_at": datetime.now(UTC), "pictures": len(left), "splits": splits}
        return self._freeze(old.model_copy(update=own), left, lambda line: f"{ROOT}/{old.version}/{line.image}")

    def _freeze(self, known: DatasetVersion, lines: Sequence[Line], find: Callable[[Line], str]) -> DatasetVersion:
        if gone := self.withdrawn(known.version):
            raise VersionWithdrawn(_explain(gone))
        if self._complete(known.version):
            return self.get(known.version)
        with self._files.staging(f"{ROOT}/{known.version}", WHOLE) as folder:
            for image, origin in {line.image: find(line) for line in lines}.items():
                self._files.link(origin, f"{folder}/{image}")
            self._files.write(f"{folder}/lines.jsonl", _text(lines))
            self._files.write(f"{folder}/{WHOLE}", known.model_dump_json(indent=1).encode())
        return self.get(known.version)

    def _check(self, version: str) -> None:
        if gone := self.withdrawn(version):
            raise VersionWithdrawn(_explain(gone))
        if not version.isalnum() or not self._complete(version):
            raise UnknownSample(f"There is no dataset version {version}.")

    def _complete(self, version: str) -> bool:
        return not version.startswith(".") and self._files.exists(f"{ROOT}/{version}/{WHOLE}")


def _text(lines: Sequence[Line]) -> bytes:
    return "".join(line.row() for line in lines).encode()


def _name(lines: Sequence[Line]) -> str:
    return hashlib.sha256(_text(lines)).hexdigest()


def _explain(gone: WithdrawnDataset) -> str:
    instead = f"Version {gone.replaced_by} was frozen instead." if gone.replaced_by else "Nothing was left to freeze."
    return f"The dataset version {gone.version} was withdrawn on {gone.at:%Y-%m-%d}: {gone.reason} {instead}"
