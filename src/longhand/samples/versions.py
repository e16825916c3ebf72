"""Frozen dataset versions: folders that never change, named by the hash of what they hold.

versions/<version>/lines.jsonl      {"image", "text", "group", "split", "set", "name"} per line
versions/<version>/images/…         the pictures
versions/<version>/version.json     what is known of the version
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import JsonValue

from longhand.contracts.datasets import DatasetVersion, UnreadableFile
from longhand.samples.blobs import place
from longhand.samples.errors import UnknownSample
from longhand.samples.files import Files

ROOT, WHOLE = "versions", "version.json"
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
        names = ("image", "text", "group", "split", "set", "name")
        return json.dumps({name: getattr(self, name) for name in names}, ensure_ascii=False) + "\n"


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

        It is `private` where people wrote what is in it, and nobody published that.
        """
        ordered = sorted(lines)
        text = "".join(line.row() for line in ordered).encode()
        version = hashlib.sha256(text).hexdigest()
        if self._files.exists(f"{ROOT}/{version}/{WHOLE}"):
            return self.get(version)
        known = DatasetVersion(
            version=version,
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
        self._write(known, ordered, text)
        return self.get(version)

    def get(self, version: str) -> DatasetVersion:
        """What is known of a version; raises UnknownSample."""
        self._check(version)
        return DatasetVersion.model_validate_json(self._files.read(f"{ROOT}/{version}/{WHOLE}"))

    def all(self) -> list[DatasetVersion]:
        """Every version, newest first."""
        found = [version for version in self._files.folders(ROOT) if self._complete(version)]
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
        self._check(version)
        self._files.remove(f"{ROOT}/{version}/{WHOLE}")
        self._files.clear(f"{ROOT}/{version}")

    def _write(self, known: DatasetVersion, lines: Sequence[Line], text: bytes) -> None:
        pictures = {line.image: line.key for line in lines}
        with self._files.staging(f"{ROOT}/{known.version}", WHOLE) as folder:
            for image, key in pictures.items():
                self._files.link(place(key), f"{folder}/{image}")
            self._files.write(f"{folder}/lines.jsonl", text)
            self._files.write(f"{folder}/{WHOLE}", known.model_dump_json(indent=1).encode())

    def _check(self, version: str) -> None:
        if not version.isalnum() or not self._complete(version):
            raise UnknownSample(f"There is no dataset version {version}.")

    def _complete(self, version: str) -> bool:
        return self._files.exists(f"{ROOT}/{version}/{WHOLE}")
