"""API keys: for programs that act for a person."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, insert, select, update

from longhand.contracts.accounts import ApiKey, CreatedApiKey, NewApiKey, Role
from longhand.servicekit.state import reading
from services.gateway.errors import KeyInvalid, UnknownKey
from services.gateway.identity.audit import Now, utc_now
from services.gateway.tables import api_keys, users

PREFIX = "lh_"


@dataclass(frozen=True)
class KeyOwner:
    """For whom a key acts, with the role that they have now."""

    key: str
    name: str
    role: Role


class ApiKeys:
    """Keys `lh_<id>_<secret>`, of which only a hash is kept."""

    def __init__(self, engine: Engine, now: Now = utc_now) -> None:
        self._engine = engine
        self._now = now

    def add(self, name: str, new: NewApiKey) -> CreatedApiKey:
        """Makes a key; this answer is the only time that it can be read."""
        id, secret, now = secrets.token_hex(6), secrets.token_hex(24), self._now()
        row = {"id": id, "label": new.label, "created_at": now, "expires_at": now + timedelta(days=new.days)}
        with self._engine.begin() as connection:
            connection.execute(insert(api_keys).values(**row, name=name, hash=_hash(secret)))
        return CreatedApiKey(**row, key=f"{PREFIX}{id}_{secret}")

    def owner(self, key: str) -> KeyOwner:
        """For whom the key acts. Raises KeyInvalid where it is unknown, expired, or its owner switched off."""
        id, _, secret = key.removeprefix(PREFIX).partition("_")
        query = select(api_keys, users.c.role).join(users, users.c.name == api_keys.c.name)
        with reading(self._engine) as connection:
            row = connection.execute(query.where(api_keys.c.id == id, users.c.active)).mappings().first()
        right = hmac.compare_digest(_hash(secret), row["hash"] if row else "")
        if row is None or not right or row["expires_at"] <= self._now():
            raise KeyInvalid("This API key is unknown, expired or deleted: make a new one with POST /api-keys.")
        return KeyOwner(id, row["name"], Role(row["role"]))

    def of(self, name: str) -> list[ApiKey]:
        """The keys of an account, newest first."""
        query = select(api_keys).where(api_keys.c.name == name).order_by(api_keys.c.created_at.desc())
        with reading(self._engine) as connection:
            return [ApiKey.model_validate(dict(row)) for row in connection.execute(query).mappings()]

    def delete(self, name: str, id: str) -> None:
        """Deletes a key of this account. Raises UnknownKey."""
        mine = api_keys.c.id == id, api_keys.c.name == name
        with self._engine.begin() as connection:
            if connection.execute(delete(api_keys).where(*mine)).rowcount == 0:
                raise UnknownKey(f"You have no API key {id}: GET /api-keys lists yours.")

    def delete_all(self, name: str) -> None:
        """Deletes every key of an account."""
        with self._engine.begin() as connection:
            connection.execute(delete(api_keys).where(api_keys.c.name == name))

    def used(self, uses: dict[str, datetime]) -> None:
        """Notes when keys were last used, by id."""
        with self._engine.begin() as connection:
            for id, at in uses.items():
                connection.execute(update(api_keys).where(api_keys.c.id == id).values(last_used_at=at))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()  # 192 random bits need no slow hash
