"""Which version of a model is whose, followed by what changed since a cursor."""

from longhand.contracts.models import PersonalChanges


class People:
    """People's own versions by model. A cursor says up to which change they are known."""

    def __init__(self) -> None:
        self._known: dict[str, PersonalChanges] = {}

    def version(self, name: str, caller: str) -> int | None:
        """The caller's own version of a model; None where they have none."""
        known = self._known.get(name)
        return known.versions.get(caller) if known else None

    def adapter(self, name: str, caller: str) -> str | None:
        """What adapts that version to the caller; None where it is theirs as it is."""
        known = self._known.get(name)
        return known.adapters.get(caller) if known else None

    def adapters(self, name: str) -> set[str]:
        """The adapters of a model that are anybody's."""
        return set(self.state(name).adapters.values())

    def versions(self, name: str) -> set[int]:
        """The versions of a model that are anybody's own, as they are."""
        known = self.state(name)
        own = {version for user, version in known.versions.items() if user not in known.adapters}
        return {version for version in own if version is not None}

    def cursor(self, name: str) -> int:
        """Up to which change a model's versions are known."""
        return self._known[name].cursor if name in self._known else 0

    def state(self, name: str) -> PersonalChanges:
        """All that is known of a model's versions, as one change from the beginning."""
        return self._known.get(name) or PersonalChanges(cursor=0)

    def apply(self, name: str, changes: PersonalChanges, anew: bool = False) -> None:
        """Take changes in, beside what is known or, if `anew`, in its place."""
        before = PersonalChanges(cursor=0) if anew else self.state(name)
        merged = {**before.versions, **changes.versions}
        versions = {user: version for user, version in merged.items() if version is not None}
        kept = {user: adapter for user, adapter in before.adapters.items() if user not in changes.versions}
        adapters = {user: adapter for user, adapter in {**kept, **changes.adapters}.items() if user in versions}
        self._known[name] = PersonalChanges(cursor=changes.cursor, versions=versions, adapters=adapters)
