"""What deployments need of the registry."""

from collections.abc import Sequence
from typing import Protocol

from longhand.contracts.models import Deployment, ModelVersion, PersonalVersion
from longhand.registry.personal import PageEntry, Pages


class Published(Protocol):
    """The pages of people's versions, as prediction reads them."""

    def show(self, name: str) -> Pages: ...

    def set(self, name: str, pages: Pages) -> None: ...

    def place(self, name: str, rows: Sequence[PersonalVersion]) -> PageEntry: ...

    def remove(self, name: str, page: PageEntry) -> None: ...

    def place_adapter(self, name: str, digest: str, data: bytes) -> None: ...

    def remove_adapter(self, name: str, digest: str) -> None: ...


class Registry(Protocol):
    """Versions and the deployment record, as prediction reads them."""

    @property
    def people(self) -> Published: ...

    def version(self, name: str, version: int) -> ModelVersion: ...

    def deployment(self, name: str) -> Deployment | None: ...

    def deploy(self, name: str, deployment: Deployment) -> None: ...
