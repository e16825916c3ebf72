"""How often a caller may call."""

import math
import time
from collections import Counter, OrderedDict
from collections.abc import Callable

from services.gateway.errors import TooManyRequests

Clock = Callable[[], float]

REMEMBERED = 10_000
"""Callers remembered at once; beyond, the one seen longest ago is forgotten."""

REPORTED = 20
"""A caller is reported to other gateways from the twentieth part of a minute's worth on: most never are."""


class RateLimit:
    """A token bucket for each caller: a minute's worth at once, then a steady rate.

    It decides in memory. What it counted is reported to the other gateways from time to time (`due`), and what they
    counted is taken from the same buckets (`charge`).
    """

    def __init__(self, per_minute: int, clock: Clock = time.monotonic) -> None:
        self._capacity = float(per_minute)
        self._rate = per_minute / 60
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._counted: Counter[str] = Counter()
        self._since = clock()
        self._idle = True

    def take(self, caller: str) -> None:
        """Counts a call. Raises TooManyRequests, with the seconds to wait."""
        self._idle = False
        left = self._pour(caller)
        if left < 1:
            raise TooManyRequests(
                f"More than {self._capacity:.0f} requests in a minute. Wait as long as Retry-After says.",
                retry_after=math.ceil((1 - left) / self._rate),
            )
        self._buckets[caller] = (left - 1, self._clock())
        self._counted[caller] += 1

    def due(self) -> dict[str, int] | None:
        """The calls to report, by caller; None where nobody called since this was asked last."""
        idle, self._idle = self._idle, True
        if idle:
            return None
        due = {caller: calls for caller, calls in self._counted.items() if calls * REPORTED >= self._capacity}
        for caller in due:
            del self._counted[caller]
        if self._clock() - self._since >= 60:  # what somebody does rarely never adds up to a report
            self._counted.clear()
            self._since = self._clock()
        return due

    def charge(self, caller: str, calls: int) -> None:
        """Counts calls that other gateways allowed; at most a minute's worth of debt is left."""
        left = max(-self._capacity, self._pour(caller) - calls)
        self._buckets[caller] = (left, self._clock())

    def _pour(self, caller: str) -> float:
        """What the bucket holds now; it becomes the one that was seen last."""
        now = self._clock()
        left, at = self._buckets.pop(caller, (self._capacity, now))
        left = min(self._capacity, left + (now - at) * self._rate)
        self._buckets[caller] = (left, now)
        while len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        return left
