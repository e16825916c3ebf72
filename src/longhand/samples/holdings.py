"""What ingestion holds of a person: blobs, frozen versions, a vocabulary, claims, and lines of the journal.

What was made elsewhere of a frozen version (training's caches and workspaces) is declared by the service that made it.
"""

from collections.abc import Sequence
from pathlib import PurePosixPath

from sqlalchemy import delete, select
from sqlalchemy.engine import Engine

from longhand.contracts.holdings import Held, Holding, Subject
from longhand.samples.blanking import blank_corrections, blank_readings
from longhand.samples.blobs import Blobs
from longhand.samples.errors import DamagedSample, UnknownSample
from longhand.samples.record import Kind
from longhand.samples.subjects import expired_of, is_theirs, said_by, sent_by
from longhand.samples.tables import claims, expired, journal, readings
from longhand.samples.versions import Versions
from longhand.samples.vocabularies import Vocabularies

REASON = "a person who had contributed to it had their data erased."


def declare(engine: Engine, blobs: Blobs, versions: Versions) -> list[Holding]:
    """The holdings in the order in which they are to be deleted: what tells who sent a picture goes last."""
    said: list[Holding] = [Said(engine), Words(engine), Claims(engine)]
    origins: list[Holding] = [Lines(engine), Origins(engine)]
    return [FrozenVersions(versions), Drafts(versions), Pictures(engine, blobs), *said, *origins]


class FrozenVersions:
    """Frozen versions with a picture of the person's, or with their words. A version never changes, so it goes whole,
    and what is left of it is frozen anew."""

    def __init__(self, versions: Versions) -> None:
        self._versions = versions

    def find(self, subject: Subject) -> Sequence[Held]:
        """Those that are there."""
        found = [version for version in sorted(subject.versions) if self._versions.lies(version)]
        return [Held(holding="versions", place=version) for version in found]

    def delete(self, subject: Subject) -> Sequence[Held]:
        """Withdraws them."""
        found = self.find(subject)
        for held in found:
            self._versions.withdraw(held.place, lambda line: is_theirs(subject, line), REASON)
        return found


class Drafts:
    """Versions in the making with any of the person's: what made them was killed, or is stopped by their end."""

    def __init__(self, versions: Versions) -> None:
        self._versions = versions

    def find(self, subject: Subject) -> Sequence[Held]:
        """The folders that are there."""
        drafts = self._versions.drafts().items()
        return [Held(holding="drafts", place=name) for name, files in drafts if self._is_theirs(subject, name, files)]

    def delete(self, subject: Subject) -> Sequence[Held]:
        """Deletes them."""
        found = self.find(subject)
        for held in found:
            self._versions.drop_draft(held.place)
        return found

    def _is_theirs(self, subject: Subject, name: str, files: Sequence[str]) -> bool:
        shown = {PurePosixPath(file).stem for file in files}
        lines = self._versions.read_draft(name)
        return bool(shown & subject.pictures) or any(is_theirs(subject, line) for line in lines)


class Pictures:
    """Pictures as they were sent."""

    def __init__(self, engine: Engine, blobs: Blobs) -> None:
        self._engine, self._blobs = engine, blobs

    def find(self, subject: Subject) -> Sequence[Held]:
        """Those that are there."""
        return [Held(holding="pictures", place=key) for key in sorted(subject.pictures) if self._blobs.has(key)]

    def delete(self, subject: Subject) -> Sequence[Held]:
        """Deletes them, also what was only half put down; one that somebody else sends at this moment is put back."""
        found = self.find(subject)
        for key in sorted(subject.pictures):
            content = self._read(key)
            self._blobs.drop(key)
            if content is not None and self._is_sent(key, subject):
                self._blobs.put(content)
        return found

    def _read(self, key: str) -> bytes | None:
        try:
            return self._blobs.get(key)
        except (DamagedSample, UnknownSample):
            return None

    def _is_sent(self, key: str, subject: Subject) -> bool:
        shown = (readings.c.picture == key, ~sent_by(subject.name, subject.until))
        with self._engine.connect() as connection:
            return connection.execute(select(readings.c.id).where(*shown).limit(1)).first() is not None


class Said:
    """What the person has said of other people's readings."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, subject: Subject) -> Sequence[Held]:
        """The readings that they corrected, or of which they took a correction back."""
        kinds = journal.c.kind.in_([Kind.CORRECTED.value, Kind.WITHDRAWN.value])
        query = select(journal.c.reading).join(readings, readings.c.id == journal.c.reading)
        query = query.where(said_by(subject.name, subject.until), kinds, ~sent_by(subject.name, subject.until))
        with self._engine.connect() as connection:
            ids = connection.scalars(query.distinct().order_by(journal.c.reading))
            return [Held(holding="corrections", place=id) for id in ids]

    def delete(self, subject: Subject) -> Sequence[Held]:
        """Blanks their lines: the readings stand as if they had said nothing."""
        found = self.find(subject)
        for held in found:
            with self._engine.begin() as connection:
                blank_corrections(connection, subject.name, subject.until, held.place)
        return found


class Claims:
    """Who looked at the person's readings lately, and what they looked at themselves."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, subject: Subject) -> Sequence[Held]:
        """The readings that are or were claimed."""
        mine = select(readings.c.id).where(sent_by(subject.name, subject.until))
        query = select(claims.c.reading).where((claims.c.by == subject.name) | claims.c.reading.in_(mine))
        with self._engine.connect() as connection:
            return [Held(holding="claims", place=id) for id in connection.scalars(query.order_by(claims.c.reading))]

    def delete(self, subject: Subject) -> Sequence[Held]:
        """Deletes the claims."""
        found = self.find(subject)
        with self._engine.begin() as connection:
            connection.execute(delete(claims).where(claims.c.reading.in_([held.place for held in found])))
        return found


class Words:
    """The person's vocabulary."""

    def __init__(self, engine: Engine) -> None:
        self._vocabularies = Vocabularies(engine)

    def find(self, subject: Subject) -> Sequence[Held]:
        """The person's name, where they have one."""
        known = self._vocabularies.all(subject.name)
        return [Held(holding="vocabulary", place=subject.name)] if known else []

    def delete(self, subject: Subject) -> Sequence[Held]:
        """Deletes it."""
        found = self.find(subject)
        self._vocabularies.clear(subject.name)
        return found


class Lines:
    """What the journal and the tables say of the person's readings, corrections by others among it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, subject: Subject) -> Sequence[Held]:
        """The readings."""
        query = select(readings.c.id).where(sent_by(subject.name, subject.until)).order_by(readings.c.number)
        with self._engine.connect() as connection:
            return [Held(holding="journal", place=id) for id in connection.scalars(query)]

    def delete(self, subject: Subject) -> Sequence[Held]:
        """Blanks their lines and deletes their rows, in one transaction."""
        found = self.find(subject)
        with self._engine.begin() as connection:
            blank_readings(connection, [held.place for held in found])
        return found


class Origins:
    """Which readings the person sent or corrected whose time was over."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, subject: Subject) -> Sequence[Held]:
        """The readings that there were."""
        query = select(expired.c.reading).where(expired_of(subject.name, subject.until)).distinct()
        with self._engine.connect() as connection:
            return [Held(holding="expired", place=id) for id in connection.scalars(query.order_by(expired.c.reading))]

    def delete(self, subject: Subject) -> Sequence[Held]:
        """Forgets them, and who corrected what the person had sent."""
        found, theirs = self.find(subject), expired_of(subject.name, subject.until)
        with self._engine.begin() as connection:
            sent = connection.scalars(select(expired.c.reading).where(theirs, expired.c.sent)).all()
            connection.execute(delete(expired).where(theirs | expired.c.reading.in_(sent)))
        return found
