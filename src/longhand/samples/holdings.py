"""What ingestion holds of a person: blobs, frozen versions, a vocabulary, claims, and lines of the journal.

What was made elsewhere of a frozen version (training's caches and workspaces) is declared by the service that made it.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.engine import Engine

from longhand.contracts.holdings import Held, Holding, Subject
from longhand.samples.blanking import blank_corrections, blank_readings
from longhand.samples.blobs import Blobs
from longhand.samples.errors import DamagedSample, UnknownSample
from longhand.samples.gathering import SET
from longhand.samples.record import Kind
from longhand.samples.tables import claims, journal, readings
from longhand.samples.versions import Line, Versions, parse
from longhand.samples.vocabularies import Vocabularies

REASON = "a person who had contributed to it had their data erased."


def find_subject(
    engine: Engine, versions: Versions, name: str, until: datetime | None = None, known: Subject | None = None
) -> Subject:
    """The person with what they sent until then: their readings, the pictures that nobody else sent, and the private
    versions that hold any of these or what they said of other people's. What is `known` of them is among it: once it is
    deleted, it could not be found.
    """
    with engine.connect() as connection:
        sent = connection.execute(select(readings.c.id, readings.c.picture).where(_sent(name, until))).all()
        # A picture that two people sent stays for the other.
        also = select(readings.c.picture).where(_sent(name, until))
        others = select(readings.c.picture).where(~_sent(name, until), readings.c.picture.in_(also))
        pictures = {row.picture for row in sent} - set(connection.scalars(others))
        mine = frozenset(row.id for row in sent)
        said = [journal.c.by == name, journal.c.kind == Kind.CORRECTED.value]
        said += [journal.c.at <= until] if until else []
        corrected = frozenset(connection.scalars(select(journal.c.reading).where(*said).distinct())) - mine
    subject = Subject(name=name, pictures=frozenset(pictures), readings=mine, corrected=corrected, until=until)
    subject = subject.join(known) if known else subject
    return subject.model_copy(update={"versions": subject.versions.union(_versions(versions, subject))})


def is_theirs(subject: Subject, line: Line) -> bool:
    """Whether a line of a private version is of a person's picture, or is what they said of somebody's."""
    if line.key in subject.pictures:
        return True
    of_mine, said = line.name in subject.readings, line.name in subject.corrected
    by_me = line.group == subject.name or line.group.startswith(f"{subject.name}: ")
    return line.set == SET and (of_mine or (said and by_me))


def declare(engine: Engine, blobs: Blobs, versions: Versions) -> list[Holding]:
    """The holdings in the order in which they are to be deleted: what tells who sent a picture goes last."""
    said: list[Holding] = [Said(engine), Words(engine), Claims(engine)]
    return [FrozenVersions(versions), Drafts(versions), Pictures(engine, blobs), *said, Lines(engine)]


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
        shown = (readings.c.picture == key, ~_sent(subject.name, subject.until))
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
        query = query.where(journal.c.by == subject.name, kinds, ~_sent(subject.name, subject.until))
        query = query.where(journal.c.at <= subject.until) if subject.until else query
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
        mine = select(readings.c.id).where(_sent(subject.name, subject.until))
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
        query = select(readings.c.id).where(_sent(subject.name, subject.until)).order_by(readings.c.number)
        with self._engine.connect() as connection:
            return [Held(holding="journal", place=id) for id in connection.scalars(query)]

    def delete(self, subject: Subject) -> Sequence[Held]:
        """Blanks their lines and deletes their rows, in one transaction."""
        found = self.find(subject)
        with self._engine.begin() as connection:
            blank_readings(connection, [held.place for held in found])
        return found


def _sent(name: str, until: datetime | None) -> ColumnElement[bool]:
    """Which readings the person has sent until then."""
    theirs = readings.c.by == name
    return theirs & (readings.c.received_at <= until) if until else theirs


def _versions(versions: Versions, subject: Subject) -> Sequence[str]:
    private = [known.version for known in versions.all() if known.private]
    return [
        name for name in private if any(is_theirs(subject, parse(row)) for row in versions.lines(name).splitlines())
    ]
