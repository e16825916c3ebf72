"""Batches from whatever waits: a lone item goes at once; while a batch runs, the next one gathers."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Generic, TypeVar

from services.prediction.errors import QueueFull

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Waiting(Generic[Item, Result]):
    """An item and the caller that waits for its result."""

    item: Item
    answer: asyncio.Future[Result]


class Batcher(Generic[Key, Item, Result]):
    """Runs items of the same key together, at most `size` at once, in `executor`, never on the event loop.

    At most `room` items wait; one more raises QueueFull. The key whose first item has waited longest goes next.
    Needs no closing: while nothing waits, nothing runs.
    """

    def __init__(
        self,
        run: Callable[[Key, Sequence[Item]], Sequence[Result]],
        executor: Executor,
        *,
        size: int,
        room: int,
        watch: Callable[[int], None] = lambda size: None,
    ) -> None:
        self._run, self._executor, self._size, self._room, self._watch = run, executor, size, room, watch
        self._queues: OrderedDict[Key, list[Waiting[Item, Result]]] = OrderedDict()
        self._pump: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many items wait for their batch."""
        return sum(len(queue) for queue in self._queues.values())

    async def submit(self, key: Key, item: Item) -> Result:
        """The item's result; what its batch raises is raised here, once it was tried alone."""
        if self.waiting >= self._room:
            raise QueueFull
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(key, []).append(Waiting(item, answer))
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._drain())
        return await answer

    async def _drain(self) -> None:
        while self._queues:
            key, batch = self._next()
            if batch:
                await self._answer(key, batch)

    def _next(self) -> tuple[Key, list[Waiting[Item, Result]]]:
        key, queue = self._queues.popitem(last=False)
        if rest := queue[self._size :]:
            self._queues[key] = rest
        return key, [one for one in queue[: self._size] if not one.answer.done()]

    async def _answer(self, key: Key, batch: list[Waiting[Item, Result]]) -> None:
        self._watch(len(batch))
        loop = asyncio.get_running_loop()
        try:
            results = await loop.run_in_executor(self._executor, self._run, key, [one.item for one in batch])
        except Exception as error:
            await self._blame(key, batch, error)
            return
        for one, result in zip(batch, results, strict=True):
            if not one.answer.done():
                one.answer.set_result(result)

    async def _blame(self, key: Key, batch: list[Waiting[Item, Result]], error: Exception) -> None:
        """One bad item must not spoil the others: each is tried alone."""
        if len(batch) > 1:
            for one in batch:
                await self._answer(key, [one])
        elif not batch[0].answer.done():
            batch[0].answer.set_exception(error)
