"""Whose data an erasure is about: what a person sent and said, and which frozen versions hold any of it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, ColumnElement, select, union
from sqlalchemy.engine import Engine

from longhand.contracts.holdings import Subject
from longhand.samples.gathering import SET
from longhand.samples.record import Kind
from longhand.samples.tables import expired, journal, readings
from longhand.samples.versions import Line, Versions, parse


def find_subject(
    engine: Engine, versions: Versions, name: str, until: datetime | None = None, known: Subject | None = None
) -> Subject:
    """The person with what they sent until then: their readings, the pictures that nobody else sent, and the private
    versions that hold any of these or what they said of other people's. What is `known` of them is among it: once it is
    deleted, it could not be found.
    """
    with engine.connect() as connection:
        live = select(readings.c.id, readings.c.picture).where(sent_by(name, until))
        past = select(expired.c.reading, expired.c.picture).where(expired_of(name, until), expired.c.sent)
        sent = connection.execute(union(live, past)).all()
        # A picture that two people sent stays for the other.
        also = union(live.with_only_columns(readings.c.picture), past.with_only_columns(expired.c.picture))
        others = select(readings.c.picture).where(~sent_by(name, until), readings.c.picture.in_(also))
        pictures = frozenset(row.picture for row in sent) - set(connection.scalars(others))
        mine = frozenset(row.id for row in sent)
        said = select(journal.c.reading).where(said_by(name, until), journal.c.kind == Kind.CORRECTED.value)
        gone = select(expired.c.reading).where(expired_of(name, until), ~expired.c.sent)
        corrected = frozenset(connection.scalars(union(said, gone))) - mine
    subject = Subject(name=name, pictures=pictures, readings=mine, corrected=corrected, until=until)
    subject = subject.join(known) if known else subject
    return subject.model_copy(update={"versions": subject.versions.union(_list_versions(versions, subject))})


def is_theirs(subject: Subject, line: Line) -> bool:
    """Whether a line of a private version is of a person's picture, or is what they said of somebody's."""
    if line.key in subject.pictures:
        return True
    of_mine, said = line.name in subject.readings, line.name in subject.corrected
    by_me = line.group == subject.name or line.group.startswith(f"{subject.name}: ")
    return line.set == SET and (of_mine or (said and by_me))


def sent_by(name: str, until: datetime | None) -> ColumnElement[bool]:
    """Which readings the person has sent until then."""
    return _theirs(readings.c.by, readings.c.received_at, name, until)


def said_by(name: str, until: datetime | None) -> ColumnElement[bool]:
    """Which lines of the journal the person has written until then."""
    return _theirs(journal.c.by, journal.c.at, name, until)


def expired_of(name: str, until: datetime | None) -> ColumnElement[bool]:
    """What the person sent or said until then, of readings whose time was over."""
    return _theirs(expired.c.by, expired.c.at, name, until)


def _theirs(by: Column[str], at: Column[datetime], name: str, until: datetime | None) -> ColumnElement[bool]:
    return (by == name) & (at <= until) if until else by == name


def _list_versions(versions: Versions, subject: Subject) -> Sequence[str]:
    private = [known.version for known in versions.all() if known.private]
    return [
        name for name in private if any(is_theirs(subject, parse(row)) for row in versions.lines(name).splitlines())
    ]
