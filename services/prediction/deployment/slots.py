"""Which versions serve, and which of them answers a reading."""

import hashlib
import math
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from longhand.contracts.models import Deployment
from longhand.handwriting.batching import STEP
from longhand.handwriting.images import decode
from longhand.handwriting.preprocessing import Prepared
from services.prediction.errors import ModelNotDeployed
from services.prediction.reading.batching import Batcher
from services.prediction.reading.protocols import Logits, Recogniser

GROWTH = 1.25


def bucket(width: int) -> int:
    """The widest that a picture's batch may be, in steps of the network's padding: at most a quarter is wasted."""
    columns, edge = math.ceil(width / STEP), 1
    while edge < columns:
        edge = max(edge + 1, int(edge * GROWTH))
    return edge


def drawn(reading: str, share: float) -> bool:
    """Whether the challenger gets this reading; retries and replicas agree, as only the id decides."""
    number = int.from_bytes(hashlib.sha256(reading.encode()).digest()[:8], "big")
    return number / 2**64 < share


@dataclass(frozen=True)
class Served:
    """A version in memory, with the queue of what waits for it.

    Nothing points back at it: once the last reading that uses it is answered, its memory is free.
    """

    name: str
    version: int
    recogniser: Recogniser
    batcher: Batcher[int, Prepared, Logits]

    def prepare(self, data: bytes) -> Prepared:
        """The picture file as this version's network wants it; raises PictureError."""
        return self.recogniser.prepare(decode(data))

    async def answer(self, prepared: Prepared) -> Logits:
        """The network's answer to a picture, given together with what waits beside it."""
        return await self.batcher.submit(bucket(prepared.width), prepared)


@dataclass(frozen=True)
class Lane:
    """What all versions share: the one thread in which networks run, and the limits of their queues."""

    executor: Executor
    size: int
    room: int
    watch: Callable[[int], None] = lambda size: None

    def serve(self, name: str, version: int, recogniser: Recogniser) -> Served:
        """The version with a queue of its own."""

        def run(width: int, prepared: Sequence[Prepared]) -> Sequence[Logits]:
            return recogniser.logits(prepared)

        batcher = Batcher(run, self.executor, size=self.size, room=self.room, watch=self.watch)
        return Served(name, version, recogniser, batcher)


@dataclass(frozen=True)
class Post:
    """A model's deployment as it is served now: replaced whole, so that a request sees one or the other."""

    deployment: Deployment
    champion: Served
    challenger: Served | None = None
    readable: bool = True

    @property
    def versions(self) -> list[Served]:
        """All that is loaded, the champion first."""
        return [self.champion, *([self.challenger] if self.challenger else [])]

    def choose(self, reading: str) -> tuple[Served, Served | None]:
        """Who answers this reading, and who reads it in the answerer's shadow."""
        if self.challenger is None or not drawn(reading, self.deployment.share):
            return self.champion, None
        if self.deployment.mode == "shadow":
            return self.champion, self.challenger
        return self.challenger, None


class Roster:
    """The posts by model name."""

    def __init__(self) -> None:
        self.posts: dict[str, Post] = {}

    def post(self, name: str) -> Post:
        """The post of a model; raises ModelNotDeployed."""
        if name not in self.posts:
            raise ModelNotDeployed(f"No version of the model '{name}' is deployed yet; promote one, or wait.")
        return self.posts[name]

    def waiting(self) -> int:
        """How many pictures wait for a batch, over all versions."""
        return sum(served.batcher.waiting for post in list(self.posts.values()) for served in post.versions)
