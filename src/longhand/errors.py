"""The root of every error that Longhand reports to a person; each room's `errors` module draws its own branch."""

from typing import ClassVar


class LonghandError(Exception):
    """An error with a stable code and a sentence that says what to do."""

    code: ClassVar[str] = "error"

    @property
    def sentence(self) -> str:
        """What happened and what to do about it."""
        return str(self)
