"""Errors of making locks true again.

LonghandError
└── NotProven    what the lock says of an outcome could not be shown to hold
"""

from longhand.errors import LonghandError


class NotProven(LonghandError):
    """What the lock says of an outcome could not be shown to hold."""

    code = "not_proven"
