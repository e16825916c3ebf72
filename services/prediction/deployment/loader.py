"""From a version's number to a version that has proved that it reads."""

import logging
from dataclasses import dataclass

from services.prediction.deployment.cache import BundleCache
from services.prediction.deployment.slots import Lane, Served
from services.prediction.deployment.warmup import warm
from services.prediction.reading.protocols import Loader, Registry

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Dock:
    """Where versions come in; `threads` is how many cores a network may use, 0 for all."""

    registry: Registry
    cache: BundleCache
    load: Loader
    lane: Lane
    threads: int = 0

    def bring(self, name: str, version: int) -> Served:
        """Fetch, check, load and warm a version; takes seconds, raises whatever is wrong with it."""
        recogniser = self.load(self.cache.fetch(self.registry, name, version), self.threads)
        warm(recogniser)
        log.info("%s version %s is loaded", name, version)
        return self.lane.serve(name, version, recogniser)
