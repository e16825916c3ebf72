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

    def versions(self, name: str) -> set[int]:
        """The versions of a model that are anybody's own."""
        return {version for version in self.state(name).versions.values() if version is not None}

    def cursor(self, name: str) -> int:
        """Up to which change a model's versions are known."""
        return self._known[name].cursor if name in self._known else 0

    def state(self, name: str) -> PersonalChanges:
        """All that is known of a model's versions, as one change from the beginning."""
        return self._known.get(name) or PersonalChanges(cursor=0)

    def apply(self, name: str, changes: PersonalChanges, anew: bool = False) -> None:
        """Take changes in, beside what is known or, if `anew`, in its place."""
        before = {} if anew else self.state(name).versions
        versions = {user: version for user, version in {**before, **changes.versions}.items() if version is not None}
        self._known[name] = PersonalChanges(cursor=changes.cursor, versions=versions)
