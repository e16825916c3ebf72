"""How often a caller may call, and how often a password may be guessed."""

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Any

from services.gateway.errors import TooManyAttempts, TooManyRequests

Clock = Callable[[], float]

REMEMBERED = 10_000
"""Callers and addresses remembered at once; beyond, the one seen longest ago is forgotten."""


class RateLimit:
    """A token bucket for each caller: a minute's worth at once, then a steady rate."""

    def __init__(self, per_minute: int, clock: Clock = time.monotonic) -> None:
        self._capacity = float(per_minute)
        self._rate = per_minute / 60
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> None:
        """Counts a call. Raises TooManyRequests, with the seconds to wait."""
        now = self._clock()
        left, at = self._buckets.pop(caller, (self._capacity, now))
        left = min(self._capacity, left + (now - at) * self._rate)
        self._buckets[caller] = (max(0.0, left - 1) if left >= 1 else left, now)
        _forget(self._buckets)
        if left < 1:
            raise TooManyRequests(
                f"More than {self._capacity:.0f} requests in a minute. Wait as long as Retry-After says.",
                retry_after=math.ceil((1 - left) / self._rate),
            )


class Throttle:
    """Counts attempts to sign in within a window, by account and address, by address, and by account."""

    def __init__(
        self,
        *,
        pair: int = 5,
        address: int = 30,
        account: int = 50,
        window_s: float = 300,
        clock: Clock = time.monotonic,
    ) -> None:
        self._limits = (pair, address, account)
        self._window = window_s
        self._clock = clock
        self._attempts: OrderedDict[tuple[str, ...], deque[float]] = OrderedDict()

    def enter(self, account: str, address: str) -> None:
        """Counts an attempt before the password is looked at, so that many at once are counted too.

        Raises TooManyAttempts, with the seconds to wait.
        """
        now = self._clock()
        waits = [self._wait(key, limit, now) for key, limit in self._keys(account, address)]
        if max(waits) > 0:
            raise TooManyAttempts(
                "Too many failed attempts to sign in. Wait as long as Retry-After says.",
                retry_after=math.ceil(max(waits)),
            )
        for key, _ in self._keys(account, address):
            self._attempts.setdefault(key, deque()).append(now)
            self._attempts.move_to_end(key)
        _forget(self._attempts)

    def forgive(self, account: str, address: str) -> None:
        """The password was right: this attempt does not count, and the pair starts anew."""
        (pair, _), *others = self._keys(account, address)
        self._attempts.pop(pair, None)
        for key, _ in others:
            if attempts := self._attempts.get(key):
                attempts.pop()

    def _keys(self, account: str, address: str) -> list[tuple[tuple[str, ...], int]]:
        keys = ("pair", account, address), ("address", address), ("account", account)
        return list(zip(keys, self._limits, strict=True))

    def _wait(self, key: tuple[str, ...], limit: int, now: float) -> float:
        attempts = self._attempts.get(key, deque())
        while attempts and attempts[0] <= now - self._window:
            attempts.popleft()
        return attempts[0] + self._window - now if len(attempts) >= limit else 0.0


def _forget(known: OrderedDict[Any, Any]) -> None:
    while len(known) > REMEMBERED:
        known.popitem(last=False)
