"""Accounts of people."""

from collections.abc import Mapping

from sqlalchemy import Connection, Engine, RowMapping, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from longhand.contracts.accounts import Role, User, UserChange
from longhand.contracts.paging import Page
from longhand.servicekit.state import reading
from services.gateway.errors import LastAdmin, NameTaken, UnknownUser, WrongPassword
from services.gateway.identity.audit import Now, utc_now
from services.gateway.identity.passwords import Passwords
from services.gateway.tables import users


class Users:
    """The accounts. A deleted name is never given to somebody else: readings belong to it."""

    def __init__(self, engine: Engine, passwords: Passwords, now: Now = utc_now) -> None:
        self._engine = engine
        self._passwords = passwords
        self._now = now

    def add(self, name: str, password: str, role: Role) -> User:
        """Makes an account. Raises NameTaken."""
        user = User(name=name, role=role, created_at=self._now())
        hashed = self._passwords.hash(password)
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(users).values(**user.model_dump(mode="python"), password_hash=hashed))
        except IntegrityError as error:
            raise NameTaken(f"There is, or was, an account {name}: choose another name.") from error
        return user

    def sign_in(self, name: str, password: str) -> User:
        """The account, where name and password are right and it is active. Raises WrongPassword."""
        with reading(self._engine) as connection:
            row = _find(connection, name)
        right = self._passwords.matches(password, row["password_hash"] if row else None)
        if row is None or not right or not row["active"]:
            raise WrongPassword("The name or the password is wrong, or the account is switched off.")
        return _user(row)

    def knows_password(self, name: str, password: str) -> bool:
        """Whether there is an active account of this name with this password."""
        with reading(self._engine) as connection:
            row = _find(connection, name)
        return row is not None and row["active"] and self._passwords.matches(password, row["password_hash"])

    def exists(self, name: str) -> bool:
        """Whether the name is or was in use."""
        with reading(self._engine) as connection:
            return connection.execute(select(users.c.name).where(users.c.name == name)).first() is not None

    def get(self, name: str) -> User:
        """The account. Raises UnknownUser."""
        with reading(self._engine) as connection:
            return _user(_need(connection, name))

    def page(self, limit: int, after: str = "") -> Page[User]:
        """A page of accounts by name, from the first name behind `after`."""
        query = select(users).where(users.c.deleted_at.is_(None), users.c.name > after)
        with reading(self._engine) as connection:
            found = connection.execute(query.order_by(users.c.name).limit(limit + 1)).mappings()
            people = [_user(row) for row in found]
        return Page(items=people[:limit], next=people[limit - 1].name if len(people) > limit else None)

    def change(self, name: str, change: UserChange) -> User:
        """Changes what is given. Raises UnknownUser, and LastAdmin where nobody could administer after it."""
        values: dict[str, object] = change.model_dump(mode="json", exclude_none=True, include={"role", "active"})
        if change.password is not None:
            values["password_hash"] = self._passwords.hash(change.password)
        self._write(name, values)
        return self.get(name)

    def delete(self, name: str) -> None:
        """Closes the account for good. Raises UnknownUser and LastAdmin."""
        self._write(name, {"active": False, "deleted_at": self._now(), "password_hash": ""})

    def _write(self, name: str, values: Mapping[str, object]) -> None:
        with self._engine.begin() as connection:
            _need(connection, name)
            if values:
                connection.execute(update(users).where(users.c.name == name).values(values))
            if _admins(connection) == 0:
                raise LastAdmin(f"{name} is the last active admin: make another one first.")


def _find(connection: Connection, name: str) -> RowMapping | None:
    if "\0" in name:  # PostgreSQL takes none
        return None
    query = select(users).where(users.c.name == name, users.c.deleted_at.is_(None))
    return connection.execute(query).mappings().first()


def _need(connection: Connection, name: str) -> RowMapping:
    if (row := _find(connection, name)) is None:
        raise UnknownUser(f"There is no account {name}.")
    return row


def _admins(connection: Connection) -> int:
    query = select(func.count()).select_from(users)
    return connection.execute(
        query.where(users.c.role == Role.ADMIN.value, users.c.active, users.c.deleted_at.is_(None))
    ).scalar_one()


def _user(row: RowMapping) -> User:
    return User(name=row["name"], role=row["role"], active=row["active"], created_at=row["created_at"])
