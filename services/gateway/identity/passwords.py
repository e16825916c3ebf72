"""Passwords as argon2 hashes. Every call takes a tenth of a second of CPU: never on the event loop."""

from passlib.context import CryptContext

LONGEST = 1024
"""Characters; no account has a longer password."""


class Passwords:
    """Hashes and compares. `memory_kib` and `rounds` are argon2's cost."""

    def __init__(self, memory_kib: int = 65536, rounds: int = 3) -> None:
        self._context = CryptContext(schemes=["argon2"], argon2__memory_cost=memory_kib, argon2__rounds=rounds)
        self._decoy: str | None = None

    def hash(self, password: str) -> str:
        """A salted hash, in the PHC format."""
        return str(self._context.hash(password))

    def matches(self, password: str, hashed: str | None) -> bool:
        """Whether it is the password; as slow where there is no hash to compare with."""
        if len(password) > LONGEST:
            return False
        if hashed is None:
            self._decoy = self._decoy or self.hash("nobody's")
        return bool(self._context.verify(password, hashed or self._decoy)) and hashed is not None
