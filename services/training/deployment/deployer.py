"""Which version serves everybody: promotion and roll back."""

from sqlalchemy import Engine

from longhand.contracts.models import Deployment, DeploymentChange, PersonalVersion
from services.training.deployment.follower import PAGE, Follower
from services.training.deployment.people import People
from services.training.deployment.protocols import Registry
from services.training.deployment.records import PLATFORM, Author, Next, Records
from services.training.errors import NothingBefore

REMEMBERED = 20


class Deployer:
    """Changes the deployment records, and lets the registry follow; any number of these may work at once."""

    def __init__(self, engine: Engine, registry: Registry, page: int = PAGE) -> None:
        self._records, self._people, self._registry = Records(engine), People(engine), registry
        self.follower = Follower(self._records, self._people, registry, page)

    def current(self, name: str) -> Deployment | None:
        """The record in force; one that was written before records had a table is taken over from the registry."""
        record = self._records.current(name)
        if record is None and (older := self._registry.deployment(name)):
            self._records.adopt(name, older)
            return self._records.current(name)
        return record

    def promote(self, name: str, version: int, author: Author) -> DeploymentChange:
        """Let a version serve everybody; raises NotRegistered, KeyReused."""
        self._registry.version(name, version)
        return self._change(name, author, f"promote {name} {version}", lambda current: promoted(current, version))

    def roll_back(self, name: str, author: Author) -> DeploymentChange:
        """Withdraw the champion, and let the one before it serve again; raises NothingBefore, KeyReused."""
        return self._change(name, author, f"rollback {name}", rolled_back)

    def ensure(self, name: str, version: int) -> None:
        """Let a version serve where none does."""
        if self.current(name) is None:
            self._change(name, PLATFORM, "", lambda current: current or promoted(None, version))

    def assign(self, name: str, user: str, version: int | None) -> PersonalVersion:
        """Let a version serve one person, or none: then they are served as everybody is. Raises NotRegistered."""
        if version is not None:
            self._registry.version(name, version)
        assigned = self._people.assign(name, user, version)
        self.follower.push(name)
        return assigned

    def people(self, name: str, after: str, limit: int) -> list[PersonalVersion]:
        """People who have a version of their own, by name, after a name."""
        return self._people.page(name, after, limit)

    def _change(self, name: str, author: Author, request: str, step: Next) -> DeploymentChange:
        self.current(name)
        change = self._records.change(name, author, request, step)
        self.follower.push(name)
        return change


def promoted(current: Deployment | None, version: int) -> Deployment:
    """The record after a promotion: the former champion comes last among the previous ones."""
    if current is None:
        return Deployment(epoch=1, champion=version)
    if current.champion == version:
        return current
    return _next(current, version, [*current.previous, current.champion][-REMEMBERED:])


def rolled_back(current: Deployment | None) -> Deployment:
    """The record after a roll back: the withdrawn version is no longer among those that one can go back to."""
    previous = [version for version in current.previous if version != current.champion] if current else []
    if current is None or not previous:
        raise NothingBefore("No version served before this one: promote the one that shall serve.")
    return _next(current, previous[-1], previous[:-1])


def _next(current: Deployment, champion: int, previous: list[int]) -> Deployment:
    """A new champion ends a trial that runs."""
    return Deployment(epoch=current.epoch + 1, champion=champion, previous=previous)
