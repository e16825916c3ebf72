"""People's own versions of models, numbered by change, and the pages in which the registry publishes them."""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from longhand.contracts.models import PersonalVersion
from longhand.registry.errors import StaleDeployment
from longhand.registry.personal import Pages
from longhand.servicekit.state import reading
from services.training.deployment.tables import pages, personal

ATTEMPTS = 1000


class People:
    """One row for each person and model; a change gives the row the next number of its model."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def names(self) -> list[str]:
        """Every model of which somebody has a version of their own."""
        with reading(self._engine) as connection:
            return list(connection.scalars(sa.select(personal.c.model).distinct().order_by(personal.c.model)))

    def get(self, name: str, user: str) -> PersonalVersion | None:
        """What a person was given last."""
        with reading(self._engine) as connection:
            here = (personal.c.model == name, personal.c.user == user)
            row = connection.execute(sa.select(personal).where(*here)).first()
        return _row(row) if row else None

    def outdated(self, name: str, champion: int) -> list[str]:
        """People whose adapter is for another version than this one."""
        other = (personal.c.model == name, personal.c.adapter.is_not(None), personal.c.version != champion)
        with reading(self._engine) as connection:
            return list(connection.scalars(sa.select(personal.c.user).where(*other).order_by(personal.c.user)))

    def assign(self, name: str, user: str, version: int | None, adapter: str | None = None) -> PersonalVersion:
        """Give a person a version of their own, or none any more; with an adapter, this version adapted to them."""
        for _ in range(ATTEMPTS):
            try:
                with self._engine.begin() as connection:
                    return _assign(connection, name, user, version, adapter)
            except IntegrityError:
                continue  # another writer took this number: the next one
        raise StaleDeployment(f"The personal versions of {name} are being changed by many at once: try again.")

    def changes(self, name: str, since: int) -> list[PersonalVersion]:
        """The rows that changed after the change numbered `since`, in the order of their changes."""
        query = sa.select(personal).where(personal.c.model == name, personal.c.number > since)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(personal.c.number)).all()
        return [_row(row) for row in rows]

    def page(self, name: str, after: str, limit: int) -> list[PersonalVersion]:
        """People with a version of their own, by name, after a name."""
        chosen = (personal.c.model == name, personal.c.user > after, personal.c.version.is_not(None))
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(personal).where(*chosen).order_by(personal.c.user).limit(limit)).all()
        return [_row(row) for row in rows]

    def cursor(self, name: str) -> int:
        """The number of the last change."""
        with reading(self._engine) as connection:
            return _cursor(connection, name)

    def count(self, name: str) -> int:
        """How many people have a row."""
        with reading(self._engine) as connection:
            return connection.scalar(sa.select(sa.func.count()).where(personal.c.model == name)) or 0

    def pages(self, name: str) -> tuple[int, Pages]:
        """The pages as they were last written, and the revision of that list."""
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(pages).where(pages.c.model == name)).first()
        return (row.revision, Pages.model_validate(row.pages)) if row else (0, Pages())

    def replace_pages(self, name: str, revision: int, new: Pages) -> bool:
        """Put a list of pages in place of the one of this revision; False where that is no longer the last."""
        values = {"revision": revision + 1, "pages": new.model_dump()}
        try:
            with self._engine.begin() as connection:
                if revision == 0:
                    connection.execute(pages.insert().values(values | {"model": name}))
                    return True
                same = (pages.c.model == name, pages.c.revision == revision)
                return bool(connection.execute(pages.update().where(*same).values(values)).rowcount)
        except IntegrityError:
            return False


def _assign(
    connection: sa.Connection, name: str, user: str, version: int | None, adapter: str | None
) -> PersonalVersion:
    number = _cursor(connection, name) + 1
    here = (personal.c.model == name, personal.c.user == user)
    values = {"version": version, "number": number, "adapter": adapter}
    if not connection.execute(personal.update().where(*here).values(values)).rowcount:
        connection.execute(personal.insert().values(values | {"model": name, "user": user}))
    return PersonalVersion(user=user, version=version, number=number, adapter=adapter)


def _cursor(connection: sa.Connection, name: str) -> int:
    return connection.scalar(sa.select(sa.func.max(personal.c.number)).where(personal.c.model == name)) or 0


def _row(row: sa.Row[tuple[object, ...]]) -> PersonalVersion:
    return PersonalVersion(user=row.user, version=row.version, number=row.number, adapter=row.adapter)


def keep(published: Pages, people: int, page: int) -> Pages:
    """The pages that stay when changes come: not the last one where it is not full, as it is written again with them.

    None stays once more than half of what they hold is out of date: what is then written is short again.
    """
    kept = list(published.pages)
    if published.rows > 2 * people + page:
        kept = []
    elif kept and kept[-1].rows < page:
        kept.pop()
    return Pages(pages=kept)
