"""The corrections, as those who learn from them follow them: a table that the journal keeps beside its lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.engine import Engine

from longhand.handwriting.alphabet import Alphabet, normalise
from longhand.samples.judging import REVIEWERS, State, judge, state_of
from longhand.samples.readings import Opening
from longhand.samples.record import Line, Record, to_correction
from longhand.samples.sides import Side, side_of
from longhand.samples.tables import corrections
from longhand.samples.trust import Agreement, Rule
from longhand.tasks import find

BATCH = 10_000
SAME = (
    "number", "reading", "by", "role", "at", "answer", "text",
    "picture", "task", "document", "writer", "model", "version", "read",
)  # fmt: skip


@dataclass(frozen=True)
class Corrected:
    """A correction with what it corrects. `number` is that of its line in the journal: a larger one came later.

    `answer` is `text`, `not_readable` or `not_handwriting`; `text` is empty for the last two. `picture` is the
    SHA-256 of the picture's bytes, `read` the text that `model` in `version` had read in it. It is `trusted` where a
    reviewer made it, or somebody with whom reviewers agree by now.
    """

    number: int
    reading: str
    by: str
    role: str
    at: datetime
    answer: str
    text: str
    picture: str
    task: str
    document: str | None
    writer: str | None
    model: str
    version: int
    read: str
    trusted: bool
    side: Side
    state: State


class Corrections:
    """The table of corrections; `opening` opens the database to read only, `rule` says who is trusted."""

    def __init__(self, engine: Engine, opening: Opening = Engine.connect, rule: Rule | None = None) -> None:
        self._engine = engine
        self._opening = opening
        self.rule = rule or Rule()

    def after(self, number: int, limit: int = 1000) -> list[Corrected]:
        """All corrections with a number beyond this one, oldest first, whatever they count: at most `limit`."""
        return self._find(corrections.c.number > number, limit=limit)

    def of(self, by: str) -> list[Corrected]:
        """A person's corrections that were neither superseded nor withdrawn, oldest first."""
        gone = (State.SUPERSEDED.value, State.WITHDRAWN.value)
        return self._find(corrections.c.by == by, corrections.c.state.not_in(gone))

    def newest(self, reading: str) -> Corrected | None:
        """The correction of a reading that was neither superseded nor withdrawn; None where there is none."""
        gone = (State.SUPERSEDED.value, State.WITHDRAWN.value)
        found = self._find(corrections.c.reading == reading, corrections.c.state.not_in(gone))
        return found[-1] if found else None

    def said(self, by: str, after: int, limit: int) -> list[Corrected]:
        """All that a person has said after a number, oldest first, whatever it counts: at most `limit`."""
        return self._find(corrections.c.by == by, corrections.c.number > after, limit=limit)

    def standing(self, trusted: bool = True, side: Side | None = None) -> list[Corrected]:
        """The corrections that count now, oldest first: not superseded, withdrawn, disputed or waiting.

        With `trusted` only those that everybody's model may learn from; `side` narrows them to one half.
        """
        conditions = [corrections.c.state == State.STANDS.value]
        if side is not None:
            conditions.append(corrections.c.side == side.value)
        if trusted:
            conditions.append(corrections.c.role.in_(REVIEWERS) | corrections.c.by.in_(self.trusted()))
        return self._find(*conditions)

    def agreement(self) -> dict[str, Agreement]:
        """By person, how reviewers answered what they had corrected."""
        columns = corrections.c
        query = select(columns.by, columns.agreed, func.count()).where(columns.agreed.is_not(None))
        found = dict[str, Agreement]()
        with self._opening(self._engine) as connection:
            for by, agreed, count in connection.execute(query.group_by(columns.by, columns.agreed)):
                known = found.get(by, Agreement())
                found[by] = Agreement(count, known.disagreed) if agreed else Agreement(known.agreed, count)
        return found

    def trusted(self) -> frozenset[str]:
        """The people who are trusted without being reviewers."""
        return frozenset(by for by, known in self.agreement().items() if self.rule.trusts(known))

    def counts(self) -> dict[str, int]:
        """How many corrections are in each state."""
        query = select(corrections.c.state, func.count()).group_by(corrections.c.state)
        with self._opening(self._engine) as connection:
            return {state: count for state, count in connection.execute(query)}

    def oldest(self, state: State) -> datetime | None:
        """When the oldest correction in a state was made; none where there is none."""
        query = (
            select(corrections.c.at).where(corrections.c.state == state.value).order_by(corrections.c.number).limit(1)
        )
        with self._opening(self._engine) as connection:
            return connection.scalar(query)

    def _find(self, *conditions: ColumnElement[bool], limit: int | None = None) -> list[Corrected]:
        query = select(corrections).where(*conditions).order_by(corrections.c.number).limit(limit)
        trusted = self.trusted()
        with self._opening(self._engine) as connection:
            rows = connection.execute(query.execution_options(yield_per=BATCH))
            return [_from_row(row, trusted) for row in rows]


def to_rows(lines: Sequence[Line], record: Record) -> list[dict[str, object]]:
    """The rows of all corrections among a reading's lines; `record` is what the lines add up to."""
    state = state_of(record.correction, record.answers) if record.correction else None
    same = {name: getattr(record, name) for name in ("picture", "task", "document", "writer", "model", "version")}
    same |= {"reading": record.id, "read": record.text, "side": side_of(record.picture).value}
    rows = []
    for outcome in judge(lines, state):
        said = to_correction(outcome.line)
        row = {name: getattr(said, name) for name in ("by", "role", "at", "answer", "text")}
        own = {"number": outcome.line.number, "state": outcome.state.value, "agreed": outcome.agreed}
        rows.append(same | row | own | {"outside": len(outside(record.task, said.text))})
    return rows


def outside(task: str, text: str) -> str:
    """The characters of a text that the task's models cannot write, each once."""
    return Alphabet(find(task).alphabet).missing(normalise(text))


def _from_row(row: Row[tuple[object, ...]], trusted: frozenset[str]) -> Corrected:
    return Corrected(
        **{name: getattr(row, name) for name in SAME},
        trusted=row.role in REVIEWERS or row.by in trusted,
        side=Side(row.side),
        state=State(row.state),
    )
