"""A version in memory, and how its network runs."""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from longhand.bundles.adapter import NONE, Adapter
from longhand.handwriting.batching import STEP
from longhand.handwriting.images import decode
from longhand.handwriting.preprocessing import Prepared
from services.prediction.reading.batching import Batcher
from services.prediction.reading.protocols import Answer, Recogniser

GROWTH = 1.25

Asked = tuple[Prepared, Adapter | None]
"""A picture, and the adapter of whoever sent it."""


def bucket(width: int) -> int:
    """The widest that a picture's batch may be, in steps of the network's padding: at most a quarter is wasted."""
    columns, edge = math.ceil(width / STEP), 1
    while edge < columns:
        edge = max(edge + 1, int(edge * GROWTH))
    return edge


@dataclass(frozen=True)
class Served:
    """A version in memory, `size` bytes large, with the queue of what waits for it.

    Nothing points back at it: once the last reading that uses it is answered, its memory is free.
    """

    name: str
    version: int
    recogniser: Recogniser
    batcher: Batcher[int, Asked, Answer]
    size: int = 0

    def prepare(self, data: bytes) -> Prepared:
        """The picture file as this version's network wants it; raises PictureError."""
        return self.recogniser.prepare(decode(data))

    async def answer(self, prepared: Prepared, own: Adapter | None = None) -> Answer:
        """The network's answer to a picture of somebody whose adapter this is, given together with what waits beside
        it, whoever sent that."""
        return await self.batcher.submit(bucket(prepared.width), (prepared, own))


@dataclass(frozen=True)
class NetworkExecutor:
    """What all versions share: the one thread in which networks run, and the limits of their queues."""

    thread: Executor
    batch: int
    queue: int
    watch: Callable[[int], None] = lambda size: None

    def serve(self, name: str, version: int, recogniser: Recogniser, size: int = 0) -> Served:
        """The version with a queue of its own: its pictures are batched with one another."""

        def run(width: int, asked: Sequence[Asked]) -> Sequence[Answer]:
            pictures, adapters = zip(*asked, strict=True)
            return recogniser.answer(pictures, [own.shifts if own else NONE for own in adapters])

        batcher = Batcher(run, self.thread, size=self.batch, room=self.queue, watch=self.watch)
        return Served(name, version, recogniser, batcher, size)
