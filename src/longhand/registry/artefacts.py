"""What a run has kept beside its bundle: how it learned, and pictures of how it was evaluated."""

import json
import tempfile
from pathlib import Path

from longhand.contracts.lineage import LearningCurve
from longhand.registry.errors import NotRegistered
from longhand.registry.rest import Rest
from longhand.registry.runs import find

HISTORY, CONFUSION = "history.json", "confusion.png"


class Artefacts:
    """Reads single files of runs in one MLflow server; every method may raise RegistryUnavailable."""

    def __init__(self, url: str, timeout: float = 30.0) -> None:
        self._rest = Rest(url, timeout)

    def curve(self, run_id: str | None) -> LearningCurve:
        """The numbers of each epoch, and whether there is a confusion matrix; empty where the run kept neither."""
        names = self._names(run_id) if run_id else set()
        history = json.loads(self._read(run_id, HISTORY)) if run_id and HISTORY in names else []
        epochs = [{name: value for name, value in one.items() if isinstance(value, int | float)} for one in history]
        return LearningCurve(epochs=epochs, confusion=CONFUSION in names)

    def confusion(self, run_id: str | None) -> bytes:
        """The confusion matrix, a PNG; raises NotRegistered where the run has none."""
        if not run_id or CONFUSION not in self._names(run_id):
            raise NotRegistered("This version has no confusion matrix: only trainings of single characters draw one.")
        return self._read(run_id, CONFUSION)

    def close(self) -> None:
        """Let go of the connections."""
        self._rest.close()

    def _names(self, run_id: str) -> set[str]:
        return {str(file["path"]) for file in self._rest.get("artifacts/list", run_id=run_id).get("files", [])}

    def _read(self, run_id: str, name: str) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / name
            self._rest.download(f"{find(self._rest, run_id).artifacts}/{name}", file)
            return file.read_bytes()
