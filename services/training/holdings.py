"""What training holds of a person: copies of frozen versions, and what was made of them.

Models that learned from them are not here: `erasing` withdraws them, and they are trained again.
"""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from longhand.contracts.holdings import Held, Subject
from longhand.durable import sweep
from longhand.servicekit.errors import Unavailable
from services.training.workspace import BUSY, alone

RETRY_S = 10
NAMING = ("params.yaml", "dvc.lock")
"""Files of a workspace that name the versions which it works on or worked on last."""


class Copies:
    """Versions fetched from a store that is not on this machine."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache

    def find(self, subject: Subject) -> Sequence[Held]:
        """Copies of the person's versions."""
        return [
            Held(holding="copies", place=name) for name in sorted(subject.versions) if (self._cache / name).is_dir()
        ]

    def delete(self, subject: Subject) -> Sequence[Held]:
        """Deletes them, also half ones; a training that reads one then fails."""
        found = self.find(subject)
        for held in found:
            shutil.rmtree(self._cache / held.place)
        for name in subject.versions:
            sweep(self._cache, older_s=0, name=name)
        return found


class Workspaces:
    """Folders in which dvc ran on the person's versions: prepared pixels, checkpoints, and networks in dvc's cache."""

    def __init__(self, workspaces: Path, cache: Path) -> None:
        self._workspaces = workspaces
        self._cache = cache

    def find(self, subject: Subject) -> Sequence[Held]:
        """Workspaces whose parameters or locks name one of the versions."""
        folders = sorted(path for path in self._workspaces.glob("*") if path.is_dir())
        return [Held(holding="workspaces", place=one.name) for one in folders if _names(one, subject.versions)]

    def delete(self, subject: Subject) -> Sequence[Held]:
        """Empties them; all of it can be made again. Raises Unavailable while a training runs there."""
        found = self.find(subject)
        for held in found:
            workspace = self._workspaces / held.place
            with alone(workspace, _refuse):
                for hash in _cached(workspace):
                    _remove(self._cache / "files" / "md5" / hash[:2] / hash[2:])
                for path in workspace.iterdir():
                    if path.name != BUSY:
                        _remove(path)
        return found


class Tunings:
    """Folders of fine-tunes that were stopped, with prepared pictures of the person's versions."""

    def __init__(self, tunings: Path) -> None:
        self._tunings = tunings

    def find(self, subject: Subject) -> Sequence[Held]:
        """Those whose names end with one of the versions."""
        folders = sorted(path for path in self._tunings.glob("*-*") if path.is_dir())
        names = [one.name for one in folders if one.name.rpartition("-")[2] in subject.versions]
        return [Held(holding="tunings", place=name) for name in names]

    def delete(self, subject: Subject) -> Sequence[Held]:
        """Deletes them; raises Unavailable while a fine-tune works there."""
        found = self.find(subject)
        for held in found:
            with alone(self._tunings / held.place, _refuse):
                shutil.rmtree(self._tunings / held.place)
        return found


def _refuse() -> None:
    raise Unavailable("A training works where a person's data is to be erased: it is waited for.", RETRY_S)


def _files(workspace: Path) -> Iterator[Path]:
    for name in NAMING:
        yield from (path for path in (workspace / name, *workspace.glob(f"pipelines/*/{name}")) if path.is_file())


def _names(workspace: Path, versions: frozenset[str]) -> bool:
    texts = [path.read_text("utf-8") for path in _files(workspace)]
    return any(version in text for text in texts for version in versions)


def _cached(workspace: Path) -> Iterator[str]:
    """The hashes of all that dvc made there, as its cache names them."""
    for path in _files(workspace):
        if path.name == "dvc.lock":
            stages = (yaml.safe_load(path.read_text("utf-8")) or {}).get("stages", {})
            yield from (out["md5"] for stage in stages.values() for out in stage.get("outs", []) if "md5" in out)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
