"""Many batches at once: one thread each, from the network to the texts."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from queue import SimpleQueue
from typing import TypeVar

from longhand.inference.session import Session

FEW = 4
"""Fewer parts than this for each thread are not worth sharing out."""

Part = TypeVar("Part")
Result = TypeVar("Result")


class Lanes:
    """Threads, each with a session that counts in that thread alone: threads that share one network's work wait for
    each other at its every layer, these never do. Sessions are opened when they are first wanted."""

    def __init__(self, open_session: Callable[[], Session], count: int) -> None:
        self.count, self._open = count, open_session

    @cached_property
    def _sessions(self) -> "SimpleQueue[Session]":
        sessions: SimpleQueue[Session] = SimpleQueue()
        for _ in range(self.count):
            sessions.put(self._open())
        return sessions

    def run(self, work: Callable[[Session, Part], Result], parts: Sequence[Part]) -> list[Result]:
        """What `work` makes of each part with a session to itself, in their order."""

        def take(part: Part) -> Result:
            session = self._sessions.get()
            try:
                return work(session, part)
            finally:
                self._sessions.put(session)

        with ThreadPoolExecutor(self.count) as pool:
            return list(pool.map(take, parts))


def spread(work: Callable[[Part], Result], parts: Sequence[Part], threads: int) -> list[Result]:
    """What `work` makes of each part, in their order; a thread takes many at once, as each is little work."""
    if threads == 1 or len(parts) < FEW * threads:
        return [work(part) for part in parts]
    size = -(-len(parts) // (2 * threads))
    with ThreadPoolExecutor(threads) as pool:
        shares = pool.map(lambda at: [work(part) for part in parts[at : at + size]], range(0, len(parts), size))
        return [result for share in shares for result in share]
