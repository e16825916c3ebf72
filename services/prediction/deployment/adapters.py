"""People's adapters: on this service's disk as far as anybody has one, in memory as far as they were used lately."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from longhand import durable
from longhand.bundles.adapter import Adapter, unpack
from longhand.bundles.errors import BundleError
from services.prediction.reading.protocols import Registry

log = logging.getLogger(__name__)
FETCHED = 64
"""So many are fetched from the registry between two looks at the deployment records."""

Key = tuple[str, str]


class Adapters:
    """The adapters by model and SHA-256, at most `limit` bytes of them in memory, the least used dropped first.

    <directory>/<model>/adapters/<SHA-256>

    Any thread may ask. Those of one disk are in the care of one process.
    """

    def __init__(
        self, registry: Registry, directory: Path, limit: int, watch: Callable[[int, int], None] = lambda *_: None
    ) -> None:
        self._registry, self._directory, self._limit, self._watch = registry, directory, limit, watch
        self._kept: OrderedDict[Key, Adapter] = OrderedDict()
        self._size, self._lock = 0, Lock()

    def find(self, name: str, digest: str) -> Adapter | None:
        """An adapter that is on the disk; None until `follow` has fetched it."""
        with self._lock:
            if known := self._kept.get((name, digest)):
                self._kept.move_to_end((name, digest))
                return known
        try:
            return self._keep((name, digest), unpack(self._file(name, digest).read_bytes(), digest))
        except FileNotFoundError:
            return None
        except BundleError as error:
            log.warning("The stored adapter %s of %s is fetched again: %s", digest, name, error)
            self._file(name, digest).unlink(missing_ok=True)
            return None

    def follow(self, name: str, wanted: set[str]) -> None:
        """Bring the disk to what is wanted: forget all others, fetch what is missing, some at a time."""
        self.forget(name, wanted)
        for digest in sorted(wanted - self._list(name))[:FETCHED]:
            try:
                durable.write(self._file(name, digest), self._registry.adapter(name, digest), durable=False)
            except Exception as error:
                log.warning("The adapter %s of %s cannot be fetched yet: %s", digest, name, error)

    def forget(self, name: str, wanted: set[str]) -> None:
        """Forget all but what is wanted."""
        for digest in self._list(name) - wanted:
            self._forget(name, digest)

    def missing(self, name: str, wanted: set[str]) -> bool:
        """Whether `follow` has anything to do."""
        return self._list(name) != wanted

    def _keep(self, key: Key, adapter: Adapter) -> Adapter:
        with self._lock:
            if key not in self._kept:
                self._size += adapter.size
            self._kept[key] = adapter
            while self._size > self._limit and self._kept:
                self._size -= self._kept.popitem(last=False)[1].size
            self._watch(len(self._kept), self._size)
        return adapter

    def _forget(self, name: str, digest: str) -> None:
        self._file(name, digest).unlink(missing_ok=True)
        with self._lock:
            if gone := self._kept.pop((name, digest), None):
                self._size -= gone.size
            self._watch(len(self._kept), self._size)

    def _list(self, name: str) -> set[str]:
        folder = self._folder(name)
        return {file.name for file in folder.iterdir() if not file.name.startswith(".")} if folder.is_dir() else set()

    def _folder(self, name: str) -> Path:
        return self._directory / name / "adapters"

    def _file(self, name: str, digest: str) -> Path:
        return self._folder(name) / digest
