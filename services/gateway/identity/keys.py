"""API keys: for programs that act for a person."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, RowMapping, delete, insert, select, tuple_, update

from longhand.contracts.accounts import ApiKey, CreatedApiKey, NewApiKey, Role, Scope
from longhand.contracts.paging import Page
from longhand.servicekit.state import reading
from services.gateway.errors import KeyInvalid, UnknownKey
from services.gateway.identity.audit import Now, utc_now
from services.gateway.tables import api_keys, users

PREFIX = "lh_"
FORM = re.compile(PREFIX + r"([0-9a-f]{12})_([0-9a-f]{48})")


@dataclass(frozen=True)
class KeyOwner:
    """For whom a key acts, with the role that they have now, and what the key may be used for."""

    key: str
    name: str
    role: Role
    scopes: frozenset[Scope]


class ApiKeys:
    """Keys `lh_<id>_<secret>`, of which only a hash is kept."""

    def __init__(self, engine: Engine, now: Now = utc_now) -> None:
        self._engine = engine
        self._now = now

    def add(self, name: str, new: NewApiKey) -> CreatedApiKey:
        """Makes a key; this answer is the only time that it can be read."""
        secret, now = secrets.token_hex(24), self._now()
        made = CreatedApiKey(
            id=(id := secrets.token_hex(6)), owner=name, label=new.label, scopes=sorted(set(new.scopes)),
            created_at=now, expires_at=now + timedelta(days=new.days), key=f"{PREFIX}{id}_{secret}",
        )  # fmt: skip
        row = made.model_dump(include={"id", "label", "created_at", "expires_at"})
        with self._engine.begin() as connection:
            scopes = " ".join(made.scopes)
            connection.execute(insert(api_keys).values(**row, name=name, scopes=scopes, hash=_hash(secret)))
        return made

    def owner(self, key: str) -> KeyOwner:
        """For whom the key acts. Raises KeyInvalid where it is unknown, expired, or its owner switched off."""
        row = self._find(*found.groups()) if (found := FORM.fullmatch(key)) else None
        if row is None or row["expires_at"] <= self._now():
            raise KeyInvalid("This API key is unknown, expired or deleted: make a new one with POST /api-keys.")
        return KeyOwner(row["id"], row["name"], Role(row["role"]), frozenset(map(Scope, row["scopes"].split())))

    def of(self, name: str) -> list[ApiKey]:
        """The keys of an account, newest first."""
        query = select(api_keys).where(api_keys.c.name == name).order_by(api_keys.c.created_at.desc())
        with reading(self._engine) as connection:
            return [_key(row) for row in connection.execute(query).mappings()]

    def page(self, limit: int, cursor: str | None = None) -> Page[ApiKey]:
        """A page of everybody's keys, by owner; the cursor is `owner/id` of the last key before it."""
        place = api_keys.c.name, api_keys.c.id
        query = select(api_keys).order_by(*place).limit(limit + 1)
        if cursor:
            owner, _, id = cursor.partition("/")
            query = query.where(tuple_(*place) > (owner, id))
        with reading(self._engine) as connection:
            keys = [_key(row) for row in connection.execute(query).mappings()]
        last = keys[limit - 1] if len(keys) > limit else None
        return Page(items=keys[:limit], next=f"{last.owner}/{last.id}" if last else None)

    def delete(self, id: str, owner: str | None = None) -> str:
        """Deletes a key, where given only one of this owner; answers whose it was. Raises UnknownKey."""
        which = [api_keys.c.id == id] + ([api_keys.c.name == owner] if owner else [])
        with self._engine.begin() as connection:
            gone = connection.execute(delete(api_keys).where(*which).returning(api_keys.c.name)).scalar()
        if gone is None:
            raise UnknownKey(f"There is no API key {id} that you may delete: GET /api-keys lists yours.")
        return str(gone)

    def delete_all(self, name: str) -> int:
        """Deletes every key of an account; answers how many."""
        with self._engine.begin() as connection:
            return connection.execute(delete(api_keys).where(api_keys.c.name == name)).rowcount

    def used(self, uses: dict[str, datetime]) -> None:
        """Notes when keys were last used, by id."""
        with self._engine.begin() as connection:
            for id, at in uses.items():
                connection.execute(update(api_keys).where(api_keys.c.id == id).values(last_used_at=at))

    def _find(self, id: str, secret: str) -> RowMapping | None:
        """The key with this secret, where its owner is active."""
        query = select(api_keys, users.c.role).join(users, users.c.name == api_keys.c.name)
        with reading(self._engine) as connection:
            row = connection.execute(query.where(api_keys.c.id == id, users.c.active)).mappings().first()
        return row if hmac.compare_digest(_hash(secret), row["hash"] if row else "") else None


def _key(row: RowMapping) -> ApiKey:
    return ApiKey.model_validate({**row, "owner": row["name"], "scopes": row["scopes"].split()})


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()  # 192 random bits need no slow hash
