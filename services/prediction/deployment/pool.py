"""Versions that serve one person each: loaded when they are asked for, the least used dropped, bounded by memory."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable

from services.prediction.deployment.loader import BundleLoader
from services.prediction.deployment.retries import Retries
from services.prediction.deployment.served import Served

log = logging.getLogger(__name__)
MB = 1_000_000
Key = tuple[str, int]


class Pool:
    """At most `limit` bytes of versions, by the size that was measured when each was loaded.

    Used on the event loop only. What is dropped answers the readings that have begun with it.
    """

    def __init__(
        self, loader: BundleLoader, limit: int, retries: Retries, watch: Callable[[int, int], None] = lambda *_: None
    ) -> None:
        self._loader, self.limit, self._retries, self._watch = loader, limit, retries, watch
        self._kept: OrderedDict[Key, Served] = OrderedDict()
        self._loading: dict[Key, asyncio.Task[None]] = {}

    @property
    def size(self) -> int:
        """How many bytes the versions take."""
        return sum(served.size for served in self._kept.values())

    def loaded(self, name: str) -> list[Served]:
        """The versions of a model that are here, the least used first."""
        return [served for (model, _), served in list(self._kept.items()) if model == name]

    def pinned(self, name: str) -> set[int]:
        """The versions of a model that are here or on their way: their bundles have to stay on the disk."""
        return {version for model, version in (*self._kept, *self._loading) if model == name}

    def find(self, name: str, version: int) -> Served | None:
        """A version that is here, and is now the last used; None, and it is being loaded, where it is not."""
        key = name, version
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if self.limit and key not in self._loading and self._may_load(key):
            self._loading[key] = asyncio.create_task(self._load(key))
        return None

    def release(self, name: str, versions: set[int]) -> None:
        """Let go of versions that serve everybody now; their bundles stay on the disk."""
        for version in versions:
            self._kept.pop((name, version), None)
        self._watch(len(self._kept), self.size)

    async def settle(self) -> None:
        """Wait until nothing is being loaded."""
        while self._loading:
            await asyncio.gather(*self._loading.values())

    async def close(self) -> None:
        """Load nothing more."""
        for task in self._loading.values():
            task.cancel()
        await asyncio.gather(*self._loading.values(), return_exceptions=True)

    def _may_load(self, key: Key) -> bool:
        label = _label(key)
        return not self._retries.pending(label, key[1]) or self._retries.due(label)

    async def _load(self, key: Key) -> None:
        try:
            served = await asyncio.to_thread(self._loader.bring, *key)
            if served.size > self.limit:
                raise TooLarge(f"it takes {served.size / MB:.0f} MB, and all together may take {self.limit / MB:.0f}.")
            self._kept[key] = served
            self._retries.forget(_label(key))
            await self._shrink()
        except Exception as error:
            log.error("%s cannot be loaded; the champion answers in its place: %s", _label(key), error)
            self._retries.postpone(_label(key), key[1])
        finally:
            del self._loading[key]
            self._watch(len(self._kept), self.size)

    async def _shrink(self) -> None:
        while self.size > self.limit:
            key, _ = self._kept.popitem(last=False)
            await asyncio.to_thread(self._loader.drop, *key)


class TooLarge(Exception):
    """A version that takes more memory than all of them may."""


def _label(key: Key) -> str:
    return f"{key[0]} version {key[1]}"
