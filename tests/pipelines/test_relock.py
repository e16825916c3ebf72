"""A lock is made true again only where its outcome is shown to be the same, and then names the code as it is."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.definition.recipes import DEFINITIONS, Definition
from pipelines.relock.errors import NotProven
from pipelines.relock.hashes import describe
from pipelines.relock.locks import Lock, find_stale, read_lock, renew, write_lock
from pipelines.relock.starter import compare_data
from pipelines.relock.steps import train_steps
from pipelines.relock.workspace import CONFIG, extract, lay_out, list_commits
from tests.pipelines.workshop import run_stages, workshop

ROOT = Path(__file__).parents[2]
STARTER, FULL = DEFINITIONS
UNRELATED = (
    "src/longhand/handwriting/ctc/rescoring.py",
    "src/longhand/cli/reading.py",
    "src/longhand/servicekit/app.py",
    "src/longhand/datasets/adapters/iam.py",
    "pipelines/report/charts.py",
)
DATA = ("ingest", "validate", "prepare", "train")


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pipeline's code with true locks, in a folder where dvc runs."""
    folder = tmp_path_factory.mktemp("checkout")
    lay_out(ROOT, folder)
    shutil.copytree(ROOT / "bundles", folder / "bundles")
    for definition in DEFINITIONS:
        shutil.copyfile(ROOT / definition.lock, folder / definition.lock)
        write_lock(folder, definition, renew(folder, definition))
    return folder


def touch(file: Path) -> None:
    file.write_text(file.read_text() + "\n# touched\n")


def changed_code(folder: Path) -> dict[str, list[str]]:
    """The code of the full recipe that `dvc status` calls other than its lock says, by stage."""
    command = [sys.executable, "-m", "dvc", "status", "--json", "pipelines/full/dvc.yaml"]
    environment = {**os.environ, "DVC_SITE_CACHE_DIR": str(folder / "site")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = {}
    for name, changes in json.loads(done.stdout).items():
        deps = [dep for change in changes if isinstance(change, dict) for dep in change.get("changed deps", {})]
        found[name.rpartition(":")[2]] = [dep for dep in deps if dep.endswith(".py") or "params" in dep]
    return found


def test_a_renewed_lock_names_the_code_as_it_is_and_keeps_the_outcome(copied: Path) -> None:
    for definition in DEFINITIONS:
        assert find_stale(copied, definition) == {}
        before, after = (read_lock(folder, definition) for folder in (ROOT, copied))
        for name, stage in after.items():
            kept = [out for out in before[name]["outs"] if not out["path"].startswith("bundles/")]
            assert [out for out in stage["outs"] if not out["path"].startswith("bundles/")] == kept


def test_unrelated_modules_make_no_training_stale(copied: Path, tmp_path: Path) -> None:
    folder = tmp_path / "touched"
    shutil.copytree(copied, folder)
    assert all(code == [] for code in changed_code(folder).values()), "dvc finds the renewed lock true"
    for file in UNRELATED:
        touch(folder / file)
    changed = changed_code(folder)
    assert [name for name, code in changed.items() if code and name.startswith(DATA)] == []
    models = ("characters", "text", "text-fast")
    stale = {f"{stage}@{model}" for stage in ("evaluate", "export") for model in models}
    assert {name for name, code in changed.items() if code} == stale, "they read with the decoder"
    assert {file for code in changed.values() for file in code} == {UNRELATED[0]}


def test_what_trains_makes_a_training_stale(copied: Path, tmp_path: Path) -> None:
    folder = tmp_path / "touched"
    shutil.copytree(copied, folder)
    touch(folder / "src/longhand/learning/augmentation.py")
    (folder / FULL.params).write_text((folder / FULL.params).read_text().replace("glyph-2", "glyph-1"))
    stale = find_stale(folder, FULL)
    assert stale["train@text"] == ["src/longhand/learning/augmentation.py"]
    assert stale["prepare@characters"] == ["parameters of prepare@characters"]
    assert "prepare@text" not in stale and "ingest@text" not in stale


def test_other_data_are_never_taken_for_the_same(copied: Path) -> None:
    before = read_lock(copied, STARTER)
    other: Lock = json.loads(json.dumps(before))
    compare_data(before, other)
    other["prepare@text"]["outs"][0]["md5"] = "0" * 32 + ".dir"
    with pytest.raises(NotProven, match="prepare@text makes other data"):
        compare_data(before, other)


def test_a_folder_is_described_as_dvc_does(tmp_path: Path) -> None:
    for name in ("b.txt", "a/c.txt", "a.txt"):
        (tmp_path / "made" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "made" / name).write_text(name)
    (tmp_path / ".dvc").mkdir()
    (tmp_path / ".dvc" / "config").write_text(CONFIG)
    (tmp_path / "dvc.yaml").write_text("stages: {one: {cmd: 'true', deps: [made]}}")
    environment = {**os.environ, "DVC_SITE_CACHE_DIR": str(tmp_path / "site")}
    command = [sys.executable, "-m", "dvc", "repro", "--quiet"]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, timeout=120)
    definition = Definition("one", Path(), "")
    assert read_lock(tmp_path, definition)["one"]["deps"] == [describe(tmp_path, "made")]


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=A", "-c", "user.email=a@b.example")
    return subprocess.run(["git", *who, *words], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


def test_the_commits_since_the_lock_was_written_are_found_with_their_code(tmp_path: Path) -> None:
    root = tmp_path / "checkout"
    for name in ("src/a.py", "pipelines/b.py", "dvc.yaml", "params.yaml", ".dvcignore", "dvc.lock"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("first")
    git(root, "init", "--quiet")
    commits = []
    for content in ("first", "second", "third"):
        (root / "src/a.py").write_text(content)
        git(root, "add", ".")
        git(root, "commit", "--quiet", "-m", content)
        commits.append(git(root, "rev-parse", "HEAD"))
    assert list_commits(root, Path("dvc.lock")) == commits
    assert (extract(root, commits[1], tmp_path / "old") / "src/a.py").read_text() == "second"


@pytest.mark.prove
@pytest.mark.timeout(900)
def test_the_same_code_gives_the_same_weights_and_other_distortions_others(tmp_path: Path) -> None:
    code = tmp_path / "code"
    lay_out(ROOT, code)
    with workshop(tmp_path / "data", "text") as recipe:
        run_stages(recipe, "ingest", "validate", "prepare")
        prepared = recipe.folder("prepare").resolve()
    first, again = (train_steps(code, prepared, "text", tmp_path / name) for name in ("first", "again"))
    assert first == again and set(first) == {"weights", "language", "curves"}
    training = code / "src/longhand/learning/augmentation.py"
    training.write_text(training.read_text().replace("random.uniform(", "-random.uniform("))
    other = train_steps(code, prepared, "text", tmp_path / "other")
    assert other["weights"] != first["weights"] and other["language"] == first["language"]
