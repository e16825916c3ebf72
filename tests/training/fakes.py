"""A registry in a folder, which several processes can share; as with MLflow, the last writer's tag stands."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from longhand import durable
from longhand.contracts.models import Deployment, ModelVersion, PersonalChanges, PersonalVersion
from longhand.registry.errors import NotRegistered, RegistryUnavailable, StaleDeployment
from longhand.registry.personal import PageEntry, Pages


@dataclass
class FolderPages:
    """Pages in a folder; counts what was written."""

    folder: Path
    placed: int = 0
    adapters: dict[str, bytes] = field(default_factory=dict)

    def show(self, name: str) -> Pages:
        file = self.folder / f"{name}-pages.json"
        return Pages.model_validate_json(file.read_bytes()) if file.exists() else Pages()

    def set(self, name: str, pages: Pages) -> None:
        durable.write(self.folder / f"{name}-pages.json", pages.model_dump_json(), durable=False)

    def place(self, name: str, rows: Sequence[PersonalVersion]) -> PageEntry:
        self.placed += len(rows)
        file = f"{name}-{rows[0].number}-{rows[-1].number}.page"
        durable.write_json(self.folder / file, [row.model_dump() for row in rows], durable=False)
        return PageEntry(last=rows[-1].number, rows=len(rows), file=file)

    def read(self, name: str, since: int) -> PersonalChanges:
        pages = self.show(name)
        files = [self.folder / page.file for page in pages.pages if page.last > since]
        rows = [PersonalVersion.model_validate(row) for file in files for row in json.loads(file.read_bytes())]
        adapters = {row.user: row.adapter for row in rows if row.adapter}
        versions = {row.user: row.version for row in rows}
        return PersonalChanges(cursor=pages.cursor, versions=versions, adapters=adapters)

    def remove(self, name: str, page: PageEntry) -> None:
        (self.folder / page.file).unlink(missing_ok=True)

    def place_adapter(self, name: str, digest: str, data: bytes) -> None:
        self.adapters[digest] = data

    def remove_adapter(self, name: str, digest: str) -> None:
        self.adapters.pop(digest, None)


class FolderRegistry:
    """Knows the versions 1 to 9999 of every model. It may be `away`, and `slow`, in seconds, to set a tag."""

    def __init__(self, folder: Path, slow: float = 0.0) -> None:
        self.folder, self.slow, self.away = folder, slow, False
        self.people = FolderPages(folder)

    def version(self, name: str, version: int) -> ModelVersion:
        self._answer()
        if version > 9999:
            raise NotRegistered(f"There is no version {version} of a model {name}.")
        return ModelVersion(name=name, version=version, created_at=datetime.now(UTC))

    def deployment(self, name: str) -> Deployment | None:
        self._answer()
        file = self.folder / f"{name}.json"
        return Deployment.model_validate_json(file.read_bytes()) if file.exists() else None

    def deploy(self, name: str, deployment: Deployment) -> None:
        current = self.deployment(name)
        if current is not None and deployment.epoch <= current.epoch:
            raise StaleDeployment("Another record is in force.")
        time.sleep(self.slow)
        durable.write(self.folder / f"{name}.json", deployment.model_dump_json(), durable=False)

    def _answer(self) -> None:
        if self.away:
            raise RegistryUnavailable("The registry is away.")
