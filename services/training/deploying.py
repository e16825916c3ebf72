"""Which version serves everybody: promotion and roll back, one deployment record after the other."""

import threading

from longhand.contracts.models import Deployment
from longhand.registry.registry import Registry
from services.training.errors import NothingBefore

REMEMBERED = 20


class Deployer:
    """The only writer of deployment records, one at a time; what one does twice is done once."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._lock = threading.Lock()

    def promote(self, name: str, version: int) -> Deployment:
        """Let a version serve everybody; raises NotRegistered."""
        with self._lock:
            current = self._registry.deployment(name)
            if current is None:
                return self._deploy(name, Deployment(epoch=1, champion=version))
            if current.champion == version:
                return current
            previous = [*current.previous, current.champion][-REMEMBERED:]
            return self._follow(name, current, version, previous)

    def roll_back(self, name: str) -> Deployment:
        """Let the champion before this one serve again; raises NothingBefore."""
        with self._lock:
            current = self._registry.deployment(name)
            if current is None or not current.previous:
                raise NothingBefore(f"No version of {name} served before this one: promote the one that shall serve.")
            return self._follow(name, current, current.previous[-1], current.previous[:-1])

    def ensure(self, name: str, version: int) -> None:
        """Let a version serve where none does."""
        with self._lock:
            if self._registry.deployment(name) is None:
                self._deploy(name, Deployment(epoch=1, champion=version))

    def _follow(self, name: str, current: Deployment, champion: int, previous: list[int]) -> Deployment:
        """A new champion ends a trial that runs; people's own versions stay."""
        record = Deployment(epoch=current.epoch + 1, champion=champion, personal=current.personal, previous=previous)
        return self._deploy(name, record)

    def _deploy(self, name: str, record: Deployment) -> Deployment:
        self._registry.deploy(name, record)
        return record
