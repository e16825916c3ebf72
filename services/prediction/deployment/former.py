"""Versions that no longer serve, or never did: loaded to read again what they have read."""

import asyncio
import logging
from collections import OrderedDict

from longhand.registry.errors import NotRegistered
from services.prediction.deployment.loader import BundleLoader
from services.prediction.deployment.served import Served
from services.prediction.deployment.slots import ServedModels
from services.prediction.errors import LearnedFromErased, QueueFull, VersionGone

log = logging.getLogger(__name__)
Key = tuple[str, int]


class FormerVersions:
    """At most `room` versions beside those that serve, the least used dropped; as many may be on their way.

    Used on the event loop only. What is dropped answers the readings that have begun with it.
    """

    def __init__(self, loader: BundleLoader, served: ServedModels, room: int) -> None:
        self._loader, self._served, self._room = loader, served, room
        self._kept: OrderedDict[Key, Served] = OrderedDict()
        self._loading: dict[Key, asyncio.Task[Served]] = {}

    async def bring(self, name: str, version: int) -> Served:
        """The version, from among those that serve, from the disk, or from the registry.

        Takes seconds where it is not loaded. Raises VersionGone, LearnedFromErased, QueueFull, BundleError and
        RegistryUnavailable.
        """
        key = name, version
        if served := next((one for one in self._served.loaded(name) if one.version == version), None):
            return served
        if version in self._served.withdrawn(name):
            await self._forget(key)
            raise LearnedFromErased(
                f"Version {version} of {name} had learned from data that a person has had erased: it reads nothing any"
                " more. What it has read before stays as it is."
            )
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key not in self._loading:
            if len(self._loading) >= self._room:
                raise QueueFull
            self._loading[key] = asyncio.create_task(self._load(key))
        return await asyncio.shield(self._loading[key])  # who leaves must not end it for the others

    async def close(self) -> None:
        """Load nothing more."""
        for task in self._loading.values():
            task.cancel()
        await asyncio.gather(*self._loading.values(), return_exceptions=True)

    async def _load(self, key: Key) -> Served:
        try:
            served = self._kept[key] = await asyncio.to_thread(self._loader.bring, *key)
        except NotRegistered as error:
            raise VersionGone(f"Version {key[1]} of {key[0]} is gone: its readings cannot be read again.") from error
        finally:
            del self._loading[key]
        while len(self._kept) > self._room:
            await self._drop(self._kept.popitem(last=False)[0])
        return served

    async def _forget(self, key: Key) -> None:
        if self._kept.pop(key, None):
            await self._drop(key)

    async def _drop(self, key: Key) -> None:
        """Removes a bundle from the disk too, unless it may be needed to start from."""
        name, version = key
        if version not in self._served.needed(name):
            await asyncio.to_thread(self._loader.drop, name, version)
