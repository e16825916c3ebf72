"""The locked requirements: what each service brings, by name, version and hash."""

import importlib.metadata
import importlib.util
import re
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).parents[2] / "requirements"
LOCKS = sorted(REQUIREMENTS.glob("*.txt"))


def names(lock: Path) -> set[str]:
    return {match[1] for match in re.finditer(r"^([a-z0-9._-]+)(\[.*?\])?==", lock.read_text(), re.M)}


def test_prediction_brings_no_tensorflow() -> None:
    training_only = {"tensorflow", "tensorflow-cpu", "keras", "mlflow", "dvc"}
    assert names(REQUIREMENTS / "prediction.txt") & training_only == set()


def test_the_gateway_brings_no_library_for_pictures_or_models() -> None:
    libraries = {"numpy", "opencv-python-headless", "onnxruntime", "mlflow", "mlflow-skinny"}
    assert names(REQUIREMENTS / "gateway.txt") & libraries == set()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_holds_names_versions_and_hashes_only(lock: Path) -> None:
    odd = [
        line
        for line in lock.read_text().splitlines()
        if not re.fullmatch(r"[a-z0-9._-]+(\[[a-z0-9,_-]+\])?==[^ ]+( ; [^\\]+)? \\", line)
        and not re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line)
    ]
    assert odd == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_lock_agrees_with_the_one_of_developers(lock: Path) -> None:
    pattern = re.compile(r"^([a-z0-9._-]+)(?:\[.*?\])?==([^ ]+)", re.M)
    ours = dict(pattern.findall((REQUIREMENTS / "dev.txt").read_text()))
    theirs = dict(pattern.findall(lock.read_text()))
    assert {name: version for name, version in theirs.items() if ours.get(name, version) != version} == {}


def test_no_second_passlib_stands_beside_libpass() -> None:
    assert all(not {"passlib", "libpass"} <= names(lock) for lock in LOCKS)


def test_what_prediction_brings_fits_into_half_a_gigabyte() -> None:
    """Installed sizes with bytecode, as this environment has them, less what its image throws away."""
    unused = (REQUIREMENTS / "prediction.unused").read_text().split()
    files = {
        site / file
        for distribution in map(importlib.metadata.distribution, names(REQUIREMENTS / "prediction.txt"))
        for site, file in ((Path(str(distribution.locate_file(""))), file) for file in distribution.files or ())
        if not any(file.match(glob) or file.is_relative_to(glob) for glob in unused)
    }
    bytecode = {Path(importlib.util.cache_from_source(file)) for file in files if file.suffix == ".py"}
    megabytes = sum(file.stat().st_size for file in files | bytecode if file.is_file()) / 1e6
    assert 200 < megabytes <= 500
