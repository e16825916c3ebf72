"""A run says which code it was made with."""

import subprocess
from contextlib import chdir
from pathlib import Path

import pytest

from pipelines.commit import describe_commit


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("LONGHAND_COMMIT", raising=False)
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    return tmp_path


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=A", "-c", "user.email=a@b.example")
    return subprocess.run(["git", *who, *words], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


def commit(folder: Path) -> str:
    git(folder, "init", "--quiet")
    (folder / "code.py").write_text("pass")
    git(folder, "add", "code.py")
    git(folder, "commit", "--quiet", "-m", "first")
    return git(folder, "rev-parse", "HEAD")


def test_a_clean_checkout_is_its_commit(checkout: Path) -> None:
    head = commit(checkout)
    with chdir(checkout):
        assert describe_commit() == head


@pytest.mark.parametrize("file", ["code.py", "new.py"])
def test_a_changed_checkout_is_dirty(checkout: Path, file: str) -> None:
    head = commit(checkout)
    (checkout / file).write_text("print()")
    with chdir(checkout):
        assert describe_commit() == f"{head}+dirty"


@pytest.mark.parametrize("file", ["dvc.lock", "pipelines/full/dvc.lock", "bundles/text/model.onnx"])
def test_what_the_pipeline_makes_is_no_dirt(checkout: Path, file: str) -> None:
    head = commit(checkout)
    (checkout / file).parent.mkdir(parents=True, exist_ok=True)
    (checkout / file).write_text("made")
    with chdir(checkout):
        assert describe_commit() == head


def test_without_a_checkout_it_is_unknown_unless_it_is_told(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with chdir(checkout):
        assert describe_commit() == "unknown"
        monkeypatch.setenv("LONGHAND_COMMIT", "abc")
        assert describe_commit() == "abc"
