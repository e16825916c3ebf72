"""The readings that may be handed to a reviewer, and those that were lately, as the queue weighs them.

A correction that waits for a second person, or that somebody disputes, is unsettled: its reading is for reviewers who
have not answered it yet. So is one that stands, by somebody who is no reviewer, while no reviewer has answered it: only
by such answers do people come to be trusted.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql.selectable import Join

from longhand.samples.judging import REVIEWERS, State
from longhand.samples.spreading import Candidate
from longhand.samples.tables import claims, corrections, readings

WINDOW = 1000
"""How many of the most uncertain readings are weighed against each other."""

LATEST = 200
"""How many of those that were handed out last are looked at for near-duplicates."""

OPEN: ColumnElement[bool] = readings.c.corrected_at.is_(None)
CLAIMED: Join = claims.join(readings, readings.c.id == claims.c.reading)
Selected = Select[tuple[object, ...]]


def find_open(connection: Connection, now: datetime, task: str | None) -> list[Candidate]:
    """The most uncertain readings that nobody claims, those for review first, but none of a corrected picture."""
    taken = exists().where(claims.c.reading == readings.c.id, claims.c.until > now)
    other = readings.alias()
    seen = exists().where(other.c.picture == readings.c.picture, other.c.corrected_at.is_not(None))
    found: list[Candidate] = []
    for decision in ("review", "accept"):
        query = _weighed().where(OPEN, readings.c.decision == decision, *of_task(task), ~taken, ~seen)
        query = query.order_by(readings.c.confidence, readings.c.number).limit(WINDOW - len(found))
        found += _read(connection, query)
    return found


def find_unsettled(connection: Connection, now: datetime, reviewer: str, task: str | None, limit: int) -> list[str]:
    """The ids of unclaimed readings with an unsettled correction for this reviewer, the oldest correction first."""
    taken = exists().where(claims.c.reading == readings.c.id, claims.c.until > now)
    query = select(readings.c.id).join(corrections, corrections.c.reading == readings.c.id)
    query = query.where(_is_unsettled(), ~_has_answered(reviewer), *of_task(task), ~taken)
    return list(connection.scalars(query.order_by(corrections.c.number).limit(limit)))


def find_unconfirmed(
    connection: Connection, now: datetime, reviewer: str, trusted: Collection[str], task: str | None
) -> list[str]:
    """The ids of unclaimed readings with a correction that no reviewer has answered: of everybody who is not trusted
    their latest, the latest in front."""
    taken = exists().where(claims.c.reading == readings.c.id, claims.c.until > now)
    query = select(readings.c.id, corrections.c.by).join(corrections, corrections.c.reading == readings.c.id)
    query = query.where(_is_unconfirmed(), corrections.c.by.not_in(trusted), ~_has_answered(reviewer))
    query = query.where(*of_task(task), ~taken).order_by(corrections.c.number.desc()).limit(WINDOW)
    latest: dict[str, str] = {}
    for id, by in connection.execute(query):
        latest.setdefault(by, id)
    return list(dict.fromkeys(latest.values()))


def is_for(reviewer: str) -> ColumnElement[bool]:
    """Whether a reading is one that the reviewer may look at: without a correction, or with one to settle or to
    confirm."""
    asked = exists().where(corrections.c.reading == readings.c.id, or_(_is_unsettled(), _is_unconfirmed()))
    return or_(OPEN, and_(asked, ~_has_answered(reviewer)))


def _is_unsettled() -> ColumnElement[bool]:
    return corrections.c.state.in_([State.WAITING.value, State.DISPUTED.value])


def _is_unconfirmed() -> ColumnElement[bool]:
    own = corrections.c
    return and_(own.state == State.STANDS.value, own.role.not_in(REVIEWERS), own.agreed.is_(None))


def _has_answered(reviewer: str) -> ColumnElement[bool]:
    said = corrections.alias()
    return exists().where(said.c.reading == readings.c.id, said.c.by == reviewer)


def find_handed_out(connection: Connection, since: datetime) -> list[Candidate]:
    """What was handed out since, the latest first, whether or not it has been corrected."""
    query = _weighed().select_from(CLAIMED).where(claims.c.at > since)
    return _read(connection, query.order_by(claims.c.at.desc()).limit(LATEST))


def of_task(task: str | None) -> Sequence[ColumnElement[bool]]:
    """The condition that narrows a query to a task, where one is named."""
    return [] if task is None else [readings.c.task == task]


def _weighed() -> Selected:
    names = ("id", "by", "document", "writer", "task", "model", "confidence", "decision", "picture")
    look = readings.c.details["perceptual_hash"].as_string()
    return select(*(readings.c[name] for name in names), look.label("look"))


def _read(connection: Connection, query: Selected) -> list[Candidate]:
    rows = (dict(row) for row in connection.execute(query).mappings())
    return [
        Candidate(**row | {"look": look and int(look, 16)}, review=decision == "review")
        for row in rows
        for look, decision in [(row.pop("look"), row.pop("decision"))]
    ]
