"""A small world to measure: drawn data sets, bundles whose answers are plain to see, engines that are fakes."""

import csv
import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.process import Installation
from benchmarks.run import Plan, Run, measure
from longhand.datasets.readers import VARIABLE
from tests.bundles import glyph_guesser, stroke_counter
from tests.prediction.pictures import blank, word

EFFORTS = ("longhand", "longhand-fast")
STROKES = {"aa": 60, "aaaa": 100, "aaaaaa": 140}
"""What `stroke_counter` reads in a picture of so many columns."""


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    folder = tmp_path_factory.mktemp("bundles")
    stroke_counter(folder / "text", "a")
    glyph_guesser(folder / "characters", "7")
    return Installation(folder, Path(sys.executable), "tests.benchmarks.fakes")


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where names, glyphs and French lines lie; no other set is at hand."""
    root = tmp_path_factory.mktemp("sets")
    table = [("set", "image", "group", "split"), *draw_names(root), *draw_glyphs(root), *draw_lines(root)]
    write_csv(root / "splits.csv", table)
    return root


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory, installed: Installation, root: Path) -> Run:
    """A run over all sets that are at hand."""
    return run(Plan(installed=installed, unfamiliar=1), root, tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="session")
def fast(tmp_path_factory: pytest.TempPathFactory, installed: Installation, root: Path) -> Run:
    """A run with a bundle of the fast effort too, which reads every stroke as b."""
    bundles = shutil.copytree(installed.bundles, tmp_path_factory.mktemp("both") / "bundles")
    stroke_counter(bundles / "text-fast", "b")
    plan = Plan(EFFORTS, ("hw62-test", "peraire-test"), installed=replace(installed, bundles=bundles), unfamiliar=0)
    return run(plan, root, tmp_path_factory.mktemp("pictures"))


def run(plan: Plan, root: Path, folder: Path) -> Run:
    """Measure what lies in a folder of data sets."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(VARIABLE, str(root))
        return measure(plan, folder)


def draw_names(root: Path) -> list[tuple[str, ...]]:
    """Twelve names, of which the last two are labelled wrong, and one in training."""
    texts = [*STROKES] * 4
    labels = [*texts[:10], "aaa", "b", "aaaa"]
    pictures = [word(STROKES[text]) for text in [*texts, "aaaa"]]
    rows = [("file_name", "text", "writer_id")]
    rows += [(write(root / "dhsd", f"{i}.png", data), labels[i], f"{i % 3}") for i, data in enumerate(pictures)]
    write_csv(root / "dhsd" / "data.csv", rows)
    splits = ["test"] * 12 + ["train"]
    return [("dhsd", row[0], f"writer-{row[2]}", split) for row, split in zip(rows[1:], splits, strict=True)]


def draw_glyphs(root: Path) -> list[tuple[str, ...]]:
    """Three glyphs that are read as 7: one is an A, one a page without ink."""
    folder = root / "hand-written-62"
    rows = [("file", "label")]
    rows += [(write(folder, f"{i}.png", word(40)), label) for i, label in enumerate("7A")]
    rows += [(write(folder, "2.png", blank()), "7")]
    write_csv(folder / "labels.csv", rows)
    return [("hand-written-62", row[0], row[0], "test") for row in rows[1:]]


def draw_lines(root: Path) -> list[tuple[str, ...]]:
    """Two lines of one page."""
    rows = [{"image": write(root / "peraire", f"{i}.png", word(100)), "text": "aaaa", "page": "1"} for i in range(2)]
    (root / "peraire" / "lines.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return [("peraire", row["image"], "1", "test") for row in rows]


def write(folder: Path, name: str, data: bytes) -> str:
    """Write a file; its name."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return name


def write_csv(file: Path, rows: list[tuple[str, ...]]) -> None:
    with file.open("w", newline="") as opened:
        csv.writer(opened).writerows(rows)
