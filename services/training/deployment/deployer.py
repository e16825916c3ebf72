"""Which version serves everybody: promotion and roll back."""

from collections.abc import Callable, Collection, Sequence

from sqlalchemy import Engine

from longhand.bundles.adapter import Adapter
from longhand.contracts.canaries import Mode
from longhand.contracts.models import Deployment, DeploymentChange, ModelVersion, PersonalVersion
from services.training.deployment.follower import PAGE, Follower
from services.training.deployment.people import People
from services.training.deployment.protocols import Registry
from services.training.deployment.records import PLATFORM, Author, Next, Records
from services.training.erasing.learned import parents_of
from services.training.erasing.withdrawals import Withdrawn
from services.training.errors import NothingBefore, NothingServes

REMEMBERED = 20
EVERYBODY = 10_000_000
"""More people than there will be."""
NO_TRIAL = {"challenger": None, "share": 0.0, "mode": "canary"}
"""What a record says where no version challenges the champion."""
Check = Callable[[int], None]


def pass_all(champion: int) -> None:
    """Refuse nothing."""


class Deployer:
    """Changes the deployment records, and lets the registry follow; any number of these may work at once."""

    def __init__(self, engine: Engine, registry: Registry, page: int = PAGE) -> None:
        self._records, self._people, self._registry = Records(engine), People(engine), registry
        self._withdrawn = Withdrawn(engine)
        self.follower = Follower(self._records, self._people, registry, page)

    def current(self, name: str) -> Deployment | None:
        """The record in force; one that was written before records had a table is taken over from the registry."""
        record = self._records.current(name)
        if record is None and (older := self._registry.deployment(name)):
            self._records.adopt(name, older)
            return self._records.current(name)
        return record

    def find(self, name: str, version: int) -> ModelVersion:
        """A version that may serve; raises NotRegistered and LearnedFromErased.

        One that began with a withdrawn version, or was taught by it, has learned from the same, also where it was
        registered later.
        """
        self._withdrawn.check(name, version)
        found = self._registry.version(name, version)
        for parent in parents_of(found):
            self._withdrawn.check(*parent)
        return found

    def promote(self, name: str, version: int, author: Author, check: Check = pass_all) -> DeploymentChange:
        """Let a version serve everybody; raises NotRegistered, LearnedFromErased, KeyReused.

        `check` may refuse with an error, which is raised: it is given the champion that would be replaced, where there
        is one, within the transaction that replaces it.
        """
        self.find(name, version)

        def step(current: Deployment | None) -> Deployment:
            self._withdrawn.check(name, version)  # once more: it may have been withdrawn since it was found
            if current is not None and current.champion != version:
                check(current.champion)
            return promoted(current, version)

        return self._change(name, author, f"promote {name} {version}", step)

    def current_for(self, name: str, version: int) -> Deployment | None:
        """The record in force, which a version shall challenge; raises NotRegistered and LearnedFromErased."""
        self.find(name, version)
        return self.current(name)

    def challenge(self, name: str, version: int, share: float, mode: Mode, author: Author) -> DeploymentChange:
        """Let a version challenge the champion for a share of the readings, 0..1.

        Raises NothingServes, LearnedFromErased, KeyReused.
        """

        def step(current: Deployment | None) -> Deployment:
            self._withdrawn.check(name, version)
            return challenged(current, version, share, mode)

        return self._change(name, author, f"challenge {name} {version} {share} {mode}", step)

    def crown(self, name: str, version: int, author: Author) -> DeploymentChange:
        """Let a challenger serve everybody; nothing where it is the challenger no more. Raises KeyReused."""
        return self._change(name, author, f"crown {name} {version}", lambda current: crowned(current, version))

    def dismiss(self, name: str, version: int, author: Author) -> DeploymentChange:
        """Let the champion answer everything again; nothing where a version is the challenger no more."""
        return self._change(name, author, f"dismiss {name} {version}", lambda current: dismissed(current, version))

    def roll_back(self, name: str, author: Author) -> DeploymentChange:
        """Withdraw the challenger or, where there is none, the champion, so that the one before it serves again.

        Raises NothingBefore, KeyReused.
        """
        return self._change(name, author, f"rollback {name}", rolled_back)

    def withdraw(self, name: str, others: Sequence[int], gone: Collection[int] = ()) -> int | None:
        """Let none but `others` serve, newest first, as far as there are any, and `gone` read nothing; the champion
        after that.

        The champion stays where it is among the others. Else the last one that served before comes back, or the newest.
        """
        if self.current(name) is None:
            return None
        change = self._change(name, PLATFORM, "", lambda current: withdrawn(current, others, gone))
        for one in self.people(name, "", EVERYBODY):
            if one.adapter is None and one.version not in (*others, change.champion):
                self._replace(name, one.user, None, None)
        return change.champion

    def ensure(self, name: str, version: int) -> None:
        """Let a version serve where none does."""
        if self.current(name) is None:
            self._change(name, PLATFORM, "", lambda current: current or promoted(None, version))

    def assign(self, name: str, user: str, version: int | None) -> PersonalVersion:
        """Let a version serve one person, or none: then they are served as everybody is.

        Raises NotRegistered and LearnedFromErased.
        """
        if version is not None:
            self.find(name, version)
        assigned = self._people.assign(name, user, version)
        self.follower.push(name)
        return assigned

    def adapt(self, name: str, user: str, version: int, adapter: Adapter) -> PersonalVersion:
        """Let a version answer one person as adapted to them. The adapter that answered before is deleted."""
        self._registry.people.place_adapter(name, adapter.digest, adapter.pack())
        return self._replace(name, user, version, adapter.digest)

    def unadapt(self, name: str, user: str) -> PersonalVersion | None:
        """Take a person's adapter away, if they have one: they are answered as everybody is."""
        known = self._people.get(name, user)
        return self._replace(name, user, None, None) if known and known.adapter else None

    def adapter(self, name: str, user: str) -> PersonalVersion | None:
        """The adapted version of a person; none where they have none."""
        known = self._people.get(name, user)
        return known if known and known.adapter else None

    def outdated(self, name: str) -> list[str]:
        """People whose adapter is not for the champion."""
        record = self._records.current(name)
        return self._people.outdated(name, record.champion) if record else []

    def _replace(self, name: str, user: str, version: int | None, adapter: str | None) -> PersonalVersion:
        before = self._people.get(name, user)
        assigned = self._people.assign(name, user, version, adapter)
        self.follower.push(name)
        if before and before.adapter and before.adapter != adapter:
            self._registry.people.remove_adapter(name, before.adapter)
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
    previous = [one for one in (*current.previous, current.champion) if one not in current.withdrawn]
    return _next(current, version, previous[-REMEMBERED:])


def challenged(current: Deployment | None, version: int, share: float, mode: Mode) -> Deployment:
    """The record with a challenger."""
    if current is None:
        raise NothingServes("No version serves that this one could challenge: promote it.")
    change = {"epoch": current.epoch + 1, "challenger": version, "share": share, "mode": mode}
    return current.model_copy(update=change)


def crowned(current: Deployment | None, version: int) -> Deployment:
    """The record after a challenger has won; the same where that version challenges nobody."""
    if current is None:
        raise NothingServes("No version serves, so none is challenged.")
    return promoted(current, version) if current.challenger == version else current


def dismissed(current: Deployment | None, version: int | None) -> Deployment:
    """The record without a challenger; the same where that version challenges nobody."""
    if current is None:
        raise NothingServes("No version serves, so none is challenged.")
    return _next(current, current.champion, current.previous) if current.challenger == version else current


def withdrawn(current: Deployment | None, others: Sequence[int], gone: Collection[int] = ()) -> Deployment:
    """The record without any version but `others`, which names those that are `gone`; the same where it did so before.

    Where there are no others, the champion stays: something has to answer.
    """
    if current is None:
        raise NothingServes("No version serves, so none is withdrawn.")
    champion, named = current.champion, {*current.withdrawn, *gone}
    others = [version for version in others if version not in named]  # somebody else's erasure may have withdrawn one
    previous = [version for version in current.previous if version in others]
    if champion not in others and others:
        champion = previous[-1] if previous else others[0]
    change: dict[str, object] = {
        "champion": champion,
        "previous": [version for version in previous if version != champion],
        "withdrawn": sorted(named),
    }
    if champion != current.champion or current.challenger not in (None, *others):
        change |= NO_TRIAL
    record = current.model_copy(update=change)
    return current if record == current else record.model_copy(update={"epoch": current.epoch + 1})


def rolled_back(current: Deployment | None) -> Deployment:
    """The record after a roll back: the withdrawn version is no longer among those that one can go back to."""
    if current is not None and current.challenger is not None:
        return dismissed(current, current.challenger)
    previous = [version for version in current.previous if version != current.champion] if current else []
    if current is None or not previous:
        raise NothingBefore("No version served before this one: promote the one that shall serve.")
    return _next(current, previous[-1], previous[:-1])


def _next(current: Deployment, champion: int, previous: list[int]) -> Deployment:
    """A new champion ends a trial that runs."""
    change = {"epoch": current.epoch + 1, "champion": champion, "previous": previous}
    return current.model_copy(update=change | NO_TRIAL)
