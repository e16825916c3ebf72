"""Erasures as files beside the state, which a restore of the state from a backup does not take back."""

from pathlib import Path

from longhand.contracts.erasures import Erasure
from longhand.durable import write


class Ledger:
    """A folder with a file for each erasure: `<id>.json`. It is not to be restored with what it is to outlive."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, erasure: Erasure) -> None:
        """Put the record as it stands, durably."""
        self._folder.mkdir(parents=True, exist_ok=True)
        write(self._folder / f"{erasure.id}.json", erasure.model_dump_json(indent=1))

    def all(self) -> list[Erasure]:
        """Every record, oldest first."""
        found = [Erasure.model_validate_json(path.read_bytes()) for path in self._folder.glob("era-*.json")]
        return sorted(found, key=lambda one: one.at)
