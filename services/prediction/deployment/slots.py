"""Which versions serve, and which of them answers a reading."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from longhand.contracts.models import Deployment
from services.prediction.deployment.people import People
from services.prediction.deployment.pool import Pool
from services.prediction.deployment.served import Served
from services.prediction.errors import ModelNotDeployed


def is_challenged(reading: str, share: float) -> bool:
    """Whether the challenger gets this reading; retries and replicas agree, as only the id decides."""
    number = int.from_bytes(hashlib.sha256(reading.encode()).digest()[:8], "big")
    return number / 2**64 < share


@dataclass(frozen=True)
class Turn:
    """The version that answers a reading, and the one beside it.

    `substitute`, the champion, answers where a challenger fails. `shadow` reads the picture as well; where it is
    `spare`, only while no other picture is being read. `adapter` is what adapts the version to the caller.
    """

    served: Served
    substitute: Served | None = None
    shadow: Served | None = None
    spare: bool = False
    adapter: str | None = None


@dataclass(frozen=True)
class ServingSlot:
    """A model's deployment as it is served now: replaced whole, so that a request sees the old one or the new one."""

    deployment: Deployment
    champion: Served
    challenger: Served | None = None
    readable: bool = True

    @property
    def versions(self) -> list[Served]:
        """The versions that serve everybody, the champion first."""
        return [self.champion, *([self.challenger] if self.challenger else [])]

    def find(self, version: int) -> Served | None:
        """One of the versions that serve everybody."""
        return next((served for served in self.versions if served.version == version), None)

    def choose(self, reading: str) -> Turn:
        """Who answers this reading.

        In a canary the challenger answers its share, and the champion steps in where it fails. In the shadow it answers
        nothing.
        """
        if self.challenger is None:
            return Turn(self.champion)
        challenged = is_challenged(reading, self.deployment.share)
        if self.deployment.mode == "shadow":
            return Turn(self.champion, shadow=self.challenger if challenged else None)
        if challenged:
            return Turn(self.challenger, substitute=self.champion, shadow=self.champion, spare=True)
        return Turn(self.champion, shadow=self.challenger, spare=True)


class ServedModels:
    """The serving slots by model name, and the versions that serve one person each."""

    def __init__(self, people: People, pool: Pool) -> None:
        self.slots: dict[str, ServingSlot] = {}
        self.people, self.pool = people, pool

    def slot(self, name: str) -> ServingSlot:
        """The slot of a model; raises ModelNotDeployed."""
        if name not in self.slots:
            raise ModelNotDeployed(f"No version of the model '{name}' is deployed yet; promote one, or wait.")
        return self.slots[name]

    def choose(self, models: Sequence[str], reading: str, caller: str) -> Turn:
        """Who answers this caller's reading: one of the first of these models that serves.

        A person's own version comes first. While it is being loaded, or where it cannot be, they are answered as
        everybody is; so they are where it is an adapter of a version that is no longer the champion. Raises
        ModelNotDeployed where none serves.
        """
        name = next((one for one in models if one in self.slots), models[-1])
        slot = self.slot(name)
        own = self.people.version(name, caller)
        if own is None:
            return slot.choose(reading)
        if adapter := self.people.adapter(name, caller):
            current = slot.champion.version == own
            return Turn(slot.champion, adapter=adapter) if current else slot.choose(reading)
        served = slot.find(own) or self.pool.find(name, own)
        return Turn(served) if served else slot.choose(reading)

    def loaded(self, name: str) -> list[Served]:
        """All that is loaded of a model: what serves everybody, then what serves one person each."""
        slot = self.slots.get(name)
        return [*(slot.versions if slot else ()), *self.pool.loaded(name)]

    def needed(self, name: str) -> set[int]:
        """The versions of a model whose bundles may be needed to start from: they have to stay on the disk."""
        slot = self.slots.get(name)
        record = [slot.deployment.champion, slot.deployment.challenger, *slot.deployment.previous[-1:]] if slot else []
        serving = {one.version for one in slot.versions} if slot else set()
        return {one for one in record if one} | serving | self.pool.pinned(name) | self.people.versions(name)

    def withdrawn(self, name: str) -> list[int]:
        """The versions of a model that are to read nothing any more."""
        slot = self.slots.get(name)
        return slot.deployment.withdrawn if slot else []

    def waiting(self) -> int:
        """How many pictures wait for a batch, over all versions."""
        return sum(served.batcher.waiting for name in list(self.slots) for served in self.loaded(name))
