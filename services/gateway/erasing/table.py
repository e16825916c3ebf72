"""The erasures in the gateway's database: who, when, and how far; the rows stay."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Engine, RowMapping, bindparam, func, insert, select, update

from longhand.contracts.erasures import Erasure, ErasureStep
from longhand.contracts.holdings import Subject
from longhand.contracts.paging import Page
from longhand.servicekit.state import reading
from services.gateway.errors import UnknownErasure
from services.gateway.tables import erasures


@dataclass(frozen=True)
class Work:
    """An erasure, and while it is under way what is the person's, which nobody could find later."""

    erasure: Erasure
    subject: Subject


def new_id() -> str:
    """An id that no other erasure has."""
    return f"era-{secrets.token_hex(12)}"


class Records:
    """The table; safe for several gateways: a step is written down once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, erasure: Erasure) -> bool:
        """Write a new one down; False where it is known."""
        with self._engine.begin() as connection:
            if connection.execute(select(erasures.c.id).where(erasures.c.id == erasure.id)).first():
                return False
            connection.execute(insert(erasures).values({**_row(erasure), "id": erasure.id, "person": erasure.person}))
        return True

    def take(self, before: ErasureStep, work: Work) -> bool:
        """Write down that a step is done; False where another gateway has done it."""
        done = work.erasure.step is ErasureStep.DONE
        values = _row(work.erasure) | {"subject": None if done else work.subject.model_dump_json()}
        here = (erasures.c.id == work.erasure.id, erasures.c.step == before.value)
        with self._engine.begin() as connection:
            return bool(connection.execute(update(erasures).where(*here).values(values)).rowcount)

    def get(self, id: str) -> Erasure:
        """One of them; raises UnknownErasure."""
        with reading(self._engine) as connection:
            record = connection.scalar(select(erasures.c.record).where(erasures.c.id == id))
        if record is None:
            raise UnknownErasure(f"There is no erasure {id}.")
        return Erasure.model_validate_json(record)

    def open(self) -> list[Work]:
        """Those that are under way, oldest first."""
        query = select(erasures).where(erasures.c.step != ErasureStep.DONE.value).order_by(erasures.c.number)
        with reading(self._engine) as connection:
            return [_work(row) for row in connection.execute(query).mappings()]

    def waiting(self) -> list[Erasure]:
        """The records of those that are under way, without what is the person's, oldest first."""
        query = select(erasures.c.record).where(erasures.c.step != ErasureStep.DONE.value).order_by(erasures.c.number)
        with reading(self._engine) as connection:
            return [Erasure.model_validate_json(record) for record in connection.scalars(query)]

    def count(self) -> dict[ErasureStep, int]:
        """How many there are by what is to be done next."""
        query = select(erasures.c.step, func.count()).group_by(erasures.c.step)
        with reading(self._engine) as connection:
            return {ErasureStep(step): number for step, number in connection.execute(query)}

    def all(self, but: Collection[str] = ()) -> list[Erasure]:
        """All of them but these, oldest first."""
        with reading(self._engine) as connection:
            ids = connection.scalars(select(erasures.c.id).order_by(erasures.c.number)).all()
            query = select(erasures.c.record).where(erasures.c.id == bindparam("wanted"))
            found = [connection.scalar(query, {"wanted": id}) for id in ids if id not in but]
        return [Erasure.model_validate_json(record) for record in found if record]

    def page(self, before: int | None, limit: int) -> Page[Erasure]:
        """A page, newest first."""
        query = select(erasures.c.number, erasures.c.record).order_by(erasures.c.number.desc()).limit(limit + 1)
        if before is not None:
            query = query.where(erasures.c.number < before)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        items = [Erasure.model_validate_json(row.record) for row in rows[:limit]]
        return Page(items=items, next=str(rows[limit - 1].number) if len(rows) > limit else None)


def _row(erasure: Erasure) -> dict[str, object]:
    return {"step": erasure.step.value, "record": erasure.model_dump_json()}


def _work(row: RowMapping) -> Work:
    erasure = Erasure.model_validate_json(row["record"])
    return Work(erasure, Subject.model_validate_json(row["subject"]) if row["subject"] else erasure.subject)
