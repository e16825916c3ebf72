"""What was used lately, by its digest, so that the gateway need not send it again."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Recent(Generic[Item]):
    """At most `count` items of at most `room` together by `measure`, but always the last; any thread may ask."""

    def __init__(self, count: int, room: int, measure: Callable[[Item], int]) -> None:
        self._count, self._room, self._measure = count, room, measure
        self._known: OrderedDict[str, Item] = OrderedDict()
        self._lock, self._taken = Lock(), 0

    def size(self) -> int:
        """What the items measure together."""
        return self._taken

    def clear(self) -> None:
        """Forgets all items."""
        with self._lock:
            self._known.clear()
            self._taken = 0

    def find(self, digest: str) -> Item | None:
        """The item, where it is kept."""
        with self._lock:
            if digest in self._known:
                self._known.move_to_end(digest)
            return self._known.get(digest)

    def keep(self, digest: str, item: Item) -> Item:
        """The item, or the same that another thread kept before; the least used are dropped for it."""
        with self._lock:
            if digest not in self._known:
                self._known[digest] = item
                self._taken += self._measure(item)
            self._known.move_to_end(digest)
            while len(self._known) > 1 and (len(self._known) > self._count or self._taken > self._room):
                self._taken -= self._measure(self._known.popitem(last=False)[1])
            return self._known[digest]
