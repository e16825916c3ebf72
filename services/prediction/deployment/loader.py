"""From a version's number to a version that has proved that it reads."""

import logging
import os
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from services.prediction.deployment.cache import BundleCache
from services.prediction.deployment.served import NetworkExecutor, Served
from services.prediction.deployment.warmup import warm
from services.prediction.reading.protocols import Loader, Registry

log = logging.getLogger(__name__)


def read_resident() -> int:
    """The memory of this process in bytes; 0 where the system does not say."""
    with suppress(OSError, ValueError, IndexError):
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


@dataclass(frozen=True)
class BundleLoader:
    """Loads versions, one at a time; `threads` is how many cores a network may use, 0 for all. `resident` gives the
    memory of the process in bytes."""

    registry: Registry
    cache: BundleCache
    load: Loader
    executor: NetworkExecutor
    threads: int = 0
    resident: Callable[[], int] = read_resident
    # One at a time, or the memory that one takes would be counted for another, and what one downloads be cleared away.
    _alone: threading.Lock = field(default_factory=threading.Lock)

    def bring(self, name: str, version: int) -> Served:
        """Fetch, check, load and warm a version; takes seconds, raises whatever is wrong with it."""
        with self._alone:
            bundle = self.cache.fetch(self.registry, name, version)
            before = self.resident()
            recogniser = self.load(bundle, self.threads)
            warm(recogniser)
            size = max(self.resident() - before, _weigh(bundle))
        log.info("%s version %s is loaded, %.0f MB", name, version, size / 1e6)
        return self.executor.serve(name, version, recogniser, size)

    def keep_only(self, name: str, versions: Iterable[int]) -> None:
        """Forget every bundle of a model on the disk but these."""
        with self._alone:
            self.cache.keep_only(name, set(versions))

    def drop(self, name: str, version: int) -> None:
        """Forget a bundle on the disk."""
        with self._alone:
            self.cache.drop(name, version)


def _weigh(bundle: Path) -> int:
    """What a network takes at least: memory that was freed before may be used again, and then no growth is seen."""
    return sum(file.stat().st_size for file in bundle.iterdir())
