"""What ingestion holds of a person: blobs, frozen versions, and lines of the journal.

What was made elsewhere of a frozen version (training's caches and workspaces) is declared by the service that made it.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from sqlalchemy import delete, select
from sqlalchemy.engine import Engine

from longhand.contracts.holdings import Held, Holding, Subject
from longhand.samples.blobs import Blobs
from longhand.samples.tables import journal, readings
from longhand.samples.versions import Versions


def find_subject(engine: Engine, versions: Versions, name: str) -> Subject:
    """The person with the pictures that nobody else sent, and the private versions that hold one of these."""
    with engine.connect() as connection:
        mine = set(connection.scalars(select(readings.c.picture).where(readings.c.by == name)))
        # A picture that two people sent stays for the other.
        sent = select(readings.c.picture).where(readings.c.by == name)
        others = select(readings.c.picture).where(readings.c.by != name, readings.c.picture.in_(sent))
        pictures = frozenset(mine - set(connection.scalars(others)))
    private = (known.version for known in versions.all() if known.private)
    return Subject(name=name, pictures=pictures, versions=frozenset(_holding(versions, private, pictures)))


def declare(engine: Engine, blobs: Blobs, versions: Versions) -> list[Holding]:
    """The holdings in the order in which they are to be deleted: what tells who sent a picture goes last."""
    return [FrozenVersions(versions), Pictures(blobs), Lines(engine)]


class FrozenVersions:
    """Frozen versions with a picture of the person's. A version never changes, so it goes whole."""

    def __init__(self, versions: Versions) -> None:
        self._versions = versions

    def find(self, subject: Subject) -> Sequence[Held]:
        """Those that are there."""
        known = {one.version for one in self._versions.all()}
        return [Held(holding="versions", place=version) for version in sorted(known & subject.versions)]

    def delete(self, subject: Subject) -> Sequence[Held]:
        """Deletes them."""
        found = self.find(subject)
        for held in found:
            self._versions.drop(held.place)
        return found


class Pictures:
    """Pictures as they were sent."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def find(self, subject: Subject) -> Sequence[Held]:
        """Those that are there."""
        return [Held(holding="pictures", place=key) for key in sorted(subject.pictures) if self._blobs.has(key)]

    def delete(self, subject: Subject) -> Sequence[Held]:
        """Deletes them."""
        found = self.find(subject)
        for held in found:
            self._blobs.drop(held.place)
        return found


class Lines:
    """What the journal and the table say of the person's readings, corrections by others among it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, subject: Subject) -> Sequence[Held]:
        """The readings."""
        query = select(readings.c.id).where(readings.c.by == subject.name).order_by(readings.c.number)
        with self._engine.connect() as connection:
            return [Held(holding="journal", place=id) for id in connection.scalars(query)]

    def delete(self, subject: Subject) -> Sequence[Held]:
        """Deletes their lines and rows in one transaction."""
        found = self.find(subject)
        with self._engine.begin() as connection:
            for held in found:
                connection.execute(delete(journal).where(journal.c.reading == held.place))
                connection.execute(delete(readings).where(readings.c.id == held.place))
        return found


def _holding(versions: Versions, names: Iterator[str], pictures: frozenset[str]) -> Iterator[str]:
    for name in names:
        rows = map(json.loads, versions.lines(name).splitlines())
        if any(PurePosixPath(row["image"]).stem in pictures for row in rows):
            yield name
