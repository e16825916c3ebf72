"""The network in threads of its own, while the caller's thread does all else."""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from threading import Lock
from typing import TypeVar

from longhand.inference.session import Floats, Inputs, Session

Part = TypeVar("Part")
Result = TypeVar("Result")


class NetworkExecutor:
    """Threads, each with a session that counts in that thread alone: threads that share one network's work wait for
    each other at its every layer, these never do. Sessions are opened when they are first wanted."""

    def __init__(self, open_session: Callable[[], Session], count: int) -> None:
        self.count, self._open = count, open_session
        self._sessions: SimpleQueue[Session] = SimpleQueue()
        self._missing, self._opening = count, Lock()

    def run(
        self,
        begin: Callable[[Part], list[Inputs]],
        finish: Callable[[Part, list[Floats]], Result],
        parts: Iterable[Part],
    ) -> list[Result]:
        """What `finish` makes of each part and the network's answers to what `begin` makes of it, in their order.

        Parts are taken, begun and finished in this thread, which Python allows in one thread at a time anyway; a few
        are under way at once. No thread is left when this returns or raises.
        """
        self._open_all()
        found: list[Result] = []
        waiting: deque[tuple[Part, Future[list[Floats]]]] = deque()
        pool = ThreadPoolExecutor(self.count, thread_name_prefix="network")
        try:
            for part in parts:
                waiting.append((part, pool.submit(self._answer, begin(part))))
                if len(waiting) > self.count + 1:
                    found.append(_finish(finish, *waiting.popleft()))
            found += [_finish(finish, *one) for one in waiting]
        finally:
            pool.shutdown(cancel_futures=True)
        return found

    def _answer(self, batches: list[Inputs]) -> list[Floats]:
        session = self._sessions.get()
        try:
            return [session.run(inputs) for inputs in batches]
        finally:
            self._sessions.put(session)

    def _open_all(self) -> None:
        with self._opening:
            while self._missing:
                self._sessions.put(self._open())
                self._missing -= 1


def _finish(finish: Callable[[Part, list[Floats]], Result], part: Part, answers: "Future[list[Floats]]") -> Result:
    return finish(part, answers.result())
