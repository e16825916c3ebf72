"""What may lie in the repository, and what its files may say."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_FILE, LONGEST_TEST = 250, 400
LARGEST = 45_000_000  # bytes: a bundle's weights
MACHINE = re.compile(r"(?<![\w.])/(?:work|root/(?!\.cache/)|home/\w+|opt/pypi|Users)/")
REGISTRY = re.compile(
    r"\b(?:pypi\.org|pythonhosted\.org|registry\.npmjs\.org|proxy\.golang\.org|ghcr\.io|docker\.io|quay\.io)\b"
)


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def texts() -> list[Path]:
    return [file for file in tracked() if b"\0" not in file.read_bytes()[:4096] and file != Path(__file__)]


@pytest.fixture(scope="module", autouse=True)
def checkout() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("needs the git checkout: this is a copy without its history")


def test_no_python_file_grows_out_of_sight() -> None:
    def limit(file: Path) -> int:
        return LONGEST_TEST if "tests" in file.relative_to(ROOT).parts else LONGEST_FILE

    lengths = {file: file.read_text().count("\n") for file in tracked() if file.suffix == ".py"}
    assert {str(file.relative_to(ROOT)): n for file, n in lengths.items() if n > limit(file)} == {}


@pytest.mark.parametrize("pattern", [MACHINE, REGISTRY], ids=["machine paths", "registry hosts"])
def test_no_file_names_a_machine_or_a_registry(pattern: re.Pattern[str]) -> None:
    found = {str(file.relative_to(ROOT)): match[0] for file in texts() if (match := pattern.search(file.read_text()))}
    assert found == {}


def test_nothing_of_size_lies_here_but_the_bundles() -> None:
    large = {str(file.relative_to(ROOT)): file.stat().st_size for file in tracked() if file.stat().st_size > 2_000_000}
    assert {name for name, size in large.items() if not name.startswith("bundles/") or size > LARGEST} == set()


def test_modules_are_one_word() -> None:
    ours = [file for file in tracked() if file.suffix == ".py" and file.is_relative_to(ROOT / "src")]
    ours += [file for file in tracked() if file.suffix == ".py" and file.is_relative_to(ROOT / "services")]
    assert [str(f.relative_to(ROOT)) for f in ours if "_" in f.stem.strip("_") and "migrations" not in f.parts] == []


def test_no_module_is_called_utils() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
    assert [str(file) for file in tracked() if file.suffix == ".py" and file.stem in vague] == []
