"""Who is asking, as the routes are given it."""

from collections.abc import Awaitable, Callable

from longhand.servicekit.tokens import Caller

Dependency = Callable[..., Awaitable[Caller]]
"""Gives the caller, or refuses: what `require_gateway` makes."""
