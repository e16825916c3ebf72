"""What training holds of a person's versions, and its end."""

from pathlib import Path

import yaml

from longhand.contracts.holdings import Subject
from services.training.holdings import Copies, Workspaces
from services.training.workspace import BUSY

HERS, OTHER = "a" * 64, "b" * 64
ANN = Subject(name="ann", versions=frozenset({HERS}))


def make_workspace(folder: Path, version: str) -> None:
    """A workspace after a training on a version, with what it left in dvc's cache."""
    (folder / "var").mkdir(parents=True)
    (folder / "var" / "checkpoint").write_bytes(b"weights")
    (folder / "params.yaml").write_text("sets: {}\n")
    stage = {"params": {"params.yaml": {"folder": f"/store/versions/{version}"}}, "outs": [{"md5": version[:32]}]}
    (folder / "dvc.lock").write_text(yaml.safe_dump({"stages": {"train@text": stage}}))
    cached = folder.parents[1] / "cache" / "files" / "md5" / version[:2] / version[2:32]
    cached.parent.mkdir(parents=True, exist_ok=True)
    cached.write_bytes(b"network")


def test_a_workspace_that_worked_on_a_person_s_version_is_emptied_with_its_cache(tmp_path: Path) -> None:
    for name, version in (("starter", HERS), ("full", OTHER)):
        make_workspace(tmp_path / "workspace" / name, version)
    holding = Workspaces(tmp_path / "workspace", tmp_path / "cache")
    assert [held.place for held in holding.find(ANN)] == ["starter"]
    assert [held.place for held in holding.delete(ANN)] == ["starter"]
    assert [path.name for path in (tmp_path / "workspace" / "starter").iterdir()] == [BUSY]
    assert (tmp_path / "workspace" / "full" / "var" / "checkpoint").exists()
    assert [path.read_bytes() for path in (tmp_path / "cache").rglob(OTHER[2:32])] == [b"network"]
    assert not list((tmp_path / "cache").rglob(HERS[2:32]))
    assert holding.find(ANN) == holding.delete(ANN) == []


def test_copies_of_a_person_s_versions_are_deleted_and_others_stay(tmp_path: Path) -> None:
    for version in (HERS, OTHER):
        (tmp_path / version).mkdir()
    holding = Copies(tmp_path)
    assert [held.place for held in holding.delete(ANN)] == [HERS]
    assert [path.name for path in tmp_path.iterdir()] == [OTHER]
    assert holding.delete(ANN) == []
