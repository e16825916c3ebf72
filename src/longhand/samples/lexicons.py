"""Named lexicons: a name points at its newest version, and older ones stay, as readings name them.

lexicons/<name>/newest.json       what is known of the version that the name means now
lexicons/<name>/<version>.json    what is known of a version
lexicons/<name>/<version>.txt     its entries, one per line; their SHA-256 is the version
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import resources

from longhand.contracts.lexicons import NAME, VERSION, LexiconContent, LexiconVersion
from longhand.handwriting.ctc.lexicon import Lexicon
from longhand.samples.errors import DamagedSample, UnknownLexicon
from longhand.samples.files import Files

ROOT, NEWEST = "lexicons", "newest"
SHIPPED_BY = "longhand"


class Lexicons:
    """The lexicons in a store."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def put(self, name: str, lexicon: Lexicon, by: str) -> LexiconVersion:
        """Make this what the name means from now on; nothing changes where it means that already."""
        text, count = "\n".join(lexicon.entries).encode(), len(lexicon.entries)
        known = self._find(name)
        if known and known.version == lexicon.digest:
            return known
        made = LexiconVersion(name=name, version=lexicon.digest, count=count, created_at=datetime.now(UTC), by=by)
        self._files.write(_place(name, f"{made.version}.txt"), text)
        for place in (made.version, NEWEST):
            self._files.write(_place(name, f"{place}.json"), made.model_dump_json(indent=1).encode())
        return made

    def get(self, name: str, version: str | None = None) -> LexiconVersion:
        """What is known of a version, by default of the newest; raises UnknownLexicon."""
        found = self._find(name, version)
        if found is None and version is None:
            raise UnknownLexicon(f"There is no lexicon {name!r}. An administrator makes it with PUT /lexicons/{name}.")
        if found is None:
            raise UnknownLexicon(f"The lexicon {name!r} has no version {version}.")
        return found

    def text(self, name: str, version: str) -> bytes:
        """The entries of a version, one per line; raises UnknownLexicon, or DamagedSample where they are others."""
        known = self.get(name, version)
        content = self._files.read(_place(name, f"{known.version}.txt"))
        if hashlib.sha256(content).hexdigest() != known.version:
            raise DamagedSample(f"The lexicon {name} {version} is damaged on disk; restore it from a backup.")
        return content

    def content(self, name: str, version: str | None = None) -> LexiconContent:
        """A version with its entries, by default the newest; raises UnknownLexicon and DamagedSample."""
        known = self.get(name, version)
        return LexiconContent(**dict(known), entries=self.text(name, known.version).decode().split("\n"))

    def all(self) -> list[LexiconVersion]:
        """What every name means now, by name."""
        found = (self._find(name) for name in self._files.folders(ROOT))
        return [known for known in found if known]

    def drop(self, name: str) -> None:
        """Let the name mean nothing; its versions can still be asked for. Raises UnknownLexicon."""
        self.get(name)
        self._files.remove(_place(name, f"{NEWEST}.json"))

    def provide(self) -> None:
        """Put the lists that come with Longhand, each unless its name was ever used."""
        used = self._files.folders(ROOT)
        for name, lexicon in shipped():
            if name not in used:
                self.put(name, lexicon, SHIPPED_BY)

    def _find(self, name: str, version: str | None = None) -> LexiconVersion | None:
        if not re.fullmatch(NAME, name) or (version is not None and not re.fullmatch(VERSION, version)):
            return None
        try:
            return LexiconVersion.model_validate_json(self._files.read(_place(name, f"{version or NEWEST}.json")))
        except FileNotFoundError:
            return None


def shipped() -> Iterator[tuple[str, Lexicon]]:
    """The lists that come with Longhand, by name."""
    for file in sorted(resources.files("longhand.samples").joinpath("lexicons").iterdir(), key=lambda one: one.name):
        yield file.name.removesuffix(".txt"), Lexicon(file.read_text(encoding="utf-8").split("\n")[:-1])


def _place(name: str, file: str) -> str:
    return f"{ROOT}/{name}/{file}"
