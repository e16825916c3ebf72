"""What is committed of the last run: the figures, and the page that is made of them."""

import json
from pathlib import Path

from benchmarks.engines.base import is_measured
from benchmarks.measurements import ENGINES
from benchmarks.report import render
from benchmarks.results import read_results
from benchmarks.sets import SETS
from longhand.datasets.synthetic.conditions import CONDITIONS
from tests.benchmarks.test_run import KEYS

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results.json"


def test_the_page_says_what_was_measured() -> None:
    page = (ROOT / "docs" / "benchmarks.md").read_text()
    assert page == render(read_results(RESULTS)), "docs/benchmarks.md is not that of results.json: make benchmark"


def test_every_engine_was_measured_on_every_set() -> None:
    results = json.loads(RESULTS.read_text())
    assert results["reference_workload_s"] > 0
    assert {(row["set"], row["engine"]) for row in results["results"]} == {
        (of.name, engine) for of in SETS for engine in ENGINES if is_measured(ROOT / "bundles", engine, of.model)
    }
    assert all(list(row) == KEYS for row in results["results"])


def test_every_condition_was_measured_on_words_and_digits() -> None:
    rows = json.loads(RESULTS.read_text())["conditions"]
    models = {"words": "text", "digits": "characters"}
    assert {(row["condition"], row["sample"], row["engine"]) for row in rows} == {
        (name, sample, engine)
        for name in CONDITIONS
        for sample, model in models.items()
        for engine in ENGINES
        if is_measured(ROOT / "bundles", engine, model)
    }
