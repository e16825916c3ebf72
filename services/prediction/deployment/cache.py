"""Checked bundles on this service's own disk, so that it restarts and serves while the registry is away.

<directory>/<model>/deployment.json      the record that was last served
<directory>/<model>/personal.json        which version is whose, as far as it is known
<directory>/<model>/<version>/           a bundle
<directory>/<model>/<version>.sha256     the hashes of its files
"""

import json
import shutil
from pathlib import Path

from pydantic import ValidationError

from longhand import durable
from longhand.bundles.errors import BundleError
from longhand.bundles.files import digest
from longhand.contracts.models import Deployment, PersonalChanges
from services.prediction.reading.protocols import Registry


class BundleCache:
    """The only user of `directory`; what is in it was whole when it was put there, and is checked when it is used."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def fetch(self, registry: Registry, name: str, version: int) -> Path:
        """The bundle's folder, from disk where it is whole there, else from the registry."""
        try:
            return self.find(name, version)
        except BundleError:
            self.drop(name, version)
        folder = self._folder(name, version)
        folder.parent.mkdir(parents=True, exist_ok=True)
        registry.download(name, version, folder)
        durable.write_json(self._seal(name, version), _hashes(folder), indent=1)
        return folder

    def find(self, name: str, version: int) -> Path:
        """The bundle's folder on disk; raises BundleError where it is not there or not whole."""
        folder, seal = self._folder(name, version), self._seal(name, version)
        if not folder.is_dir() or not seal.is_file() or json.loads(seal.read_text()) != _hashes(folder):
            raise BundleError(f"The stored copy of {name} version {version} is missing or damaged.")
        return folder

    def drop(self, name: str, version: int) -> None:
        """Forget a bundle."""
        self._seal(name, version).unlink(missing_ok=True)
        shutil.rmtree(self._folder(name, version), ignore_errors=True)

    def keep_only(self, name: str, versions: set[int]) -> None:
        """Forget every bundle of the model but these, and what a broken download left."""
        for folder in (self._directory / name).iterdir():
            if folder.is_dir() and folder.name.isdigit() and int(folder.name) not in versions:
                self.drop(name, int(folder.name))
            elif folder.is_dir() and folder.name.startswith("."):
                shutil.rmtree(folder, ignore_errors=True)

    def remember(self, name: str, record: Deployment) -> None:
        """Keep the record that serves now."""
        durable.write(self._directory / name / "deployment.json", record.model_dump_json())

    def recall(self, name: str) -> Deployment | None:
        """The record that served last; None where there is none that can be read."""
        try:
            return Deployment.model_validate_json((self._directory / name / "deployment.json").read_bytes())
        except (OSError, ValidationError):
            return None

    def remember_people(self, name: str, state: PersonalChanges) -> None:
        """Keep which version is whose."""
        durable.write(self._directory / name / "personal.json", state.model_dump_json())

    def recall_people(self, name: str) -> PersonalChanges | None:
        """Which version was whose; None where that cannot be read."""
        try:
            return PersonalChanges.model_validate_json((self._directory / name / "personal.json").read_bytes())
        except (OSError, ValidationError):
            return None

    def _folder(self, name: str, version: int) -> Path:
        return self._directory / name / str(version)

    def _seal(self, name: str, version: int) -> Path:
        return self._directory / name / f"{version}.sha256"


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): digest(path) for path in files}
