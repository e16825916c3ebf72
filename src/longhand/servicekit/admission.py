"""How many requests are let in at once: as many as are answered in time; the others are refused before their body.

The limit follows the time that answers take (additive increase, multiplicative decrease, as TCP's window does), so
it needs no knowledge of the machine: see docs/decisions/0021.
"""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from longhand.servicekit import problems
from longhand.servicekit.errors import Unavailable

LEAST, FIRST, MOST = 4, 64, 256
SHRINK = 0.75
SHORT_WAIT, LONG_WAIT = 4, 20
"""Seconds that a refused client waits at most, where few are refused and where many are."""


def draw_wait(longest: float = SHORT_WAIT) -> int:
    """Seconds for a `Retry-After`, by lot: clients that wait alike would come back at once."""
    return random.randint(1, round(longest))


class Waits:
    """How long refused clients wait at most: so long that no more come back than are answered.

    A refusal takes time from the requests that are let in, so a crowd that comes back sooner costs throughput.
    """

    def __init__(self, period: float, clock: Callable[[], float]) -> None:
        self._period, self._clock, self._began = period, clock, clock()
        self._longest, self._refused, self._answered = float(SHORT_WAIT), 0, 0

    def answer(self) -> None:
        """Counts an answer."""
        self._answered += 1

    def refuse(self) -> int:
        """Counts a refusal; the seconds after which to come back."""
        self._refused += 1
        if self._clock() - self._began >= self._period:
            self._adapt()
        return draw_wait(self._longest)

    def _adapt(self) -> None:
        if self._refused > self._answered:
            self._longest = min(LONG_WAIT, self._longest * 1.5)
        elif 2 * self._refused < self._answered:
            self._longest = max(SHORT_WAIT, self._longest / 1.5)
        self._began, self._refused, self._answered = self._clock(), 0, 0


class Overloaded(Unavailable):
    """More requests are under way than can be answered in time."""

    code = "overloaded"

    def __init__(self, wait: int) -> None:
        super().__init__("Too much is being read at the moment: send this again after Retry-After seconds.", wait)


class Limit:
    """The number of requests that may be under way so that each is answered within `target` seconds."""

    def __init__(self, target: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._target, self._clock = target, clock
        self._limit, self._shrunk_at, self._probing = float(FIRST), clock() - target, True
        self._waits = Waits(target, clock)
        self.inside = 0

    @property
    def allowed(self) -> int:
        """How many may be under way now."""
        return int(self._limit)

    def enter(self) -> None:
        """Lets a request in. Raises Overloaded."""
        if self.inside >= self.allowed:
            raise Overloaded(self._waits.refuse())
        self.inside += 1

    def leave(self, seconds: float, *, refused: bool = False) -> None:
        """A request is answered after so many seconds, or a service behind this one has refused it."""
        busy = 2 * self.inside >= self._limit
        self.inside -= 1
        self._waits.answer()
        if refused or seconds > self._target:
            self._shrink()
        elif busy:  # an answer in time says nothing of a limit that nobody came near
            # Until it is met for the first time, the limit is looked for in steps that double it.
            self._limit = min(MOST, self._limit + (1.0 if self._probing else 1.0 / self._limit))

    def _shrink(self) -> None:
        """Once per target: what comes late now was let in under the old limit."""
        if self._clock() - self._shrunk_at < self._target:
            return
        self._limit, self._shrunk_at, self._probing = max(LEAST, self._limit * SHRINK), self._clock(), False


@dataclass(frozen=True)
class _Route:
    """The route of a refused request, for measurements: the router never sees it."""

    path: str


class Admission:
    """Applies a limit to the POST requests of each path in `limits`; all else passes."""

    def __init__(self, app: ASGIApp, limits: Mapping[str, Limit]) -> None:
        self._app, self._limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers 503 at once where the limit is reached."""
        limit = self._limits.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if limit is None:
            return await self._app(scope, receive, send)
        try:
            limit.enter()
        except Overloaded as error:
            scope["route"] = _Route(scope["path"])
            return await problems.of_error(error)(scope, receive, send)
        timed = _Timed(receive, send)
        try:
            await self._app(scope, timed.receive, timed.send)
        finally:
            limit.leave(timed.seconds, refused=timed.status == 503)


class _Timed:
    """Measures from the end of the body to the beginning of the answer: a slow line is no overload."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._begun = self._answered = time.perf_counter()
        self.status = 0

    @property
    def seconds(self) -> float:
        """How long the answer took."""
        return self._answered - self._begun

    async def receive(self) -> Message:
        """The next message of the request."""
        message = await self._receive()
        if message["type"] == "http.request" and not message.get("more_body"):
            self._begun = time.perf_counter()
        return message

    async def send(self, message: Message) -> None:
        """Sends on, and notes when."""
        if message["type"] == "http.response.start":
            self.status, self._answered = message["status"], time.perf_counter()
        await self._send(message)
