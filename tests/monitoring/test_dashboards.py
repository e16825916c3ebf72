"""Dashboards and rules name only what the services measure, and are what the code writes."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from grafana.__main__ import FOLDER, write
from grafana.dashboards import DASHBOARDS
from grafana.panels import Dashboard

ROOT = Path(__file__).parents[2]
RULES = sorted((ROOT / "prometheus" / "rules").glob("*.yml"))
OURS = re.compile(r"\blonghand_[a-z_]+")
SUFFIXES = ("", "_total", "_bucket", "_sum", "_count", "_info")


def literals(file: Path) -> set[str]:
    """The string constants of a Python file that look like the name of a metric."""
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}


@pytest.fixture(scope="module")
def measured() -> set[str]:
    files = [*(ROOT / "src" / "longhand" / "servicekit").rglob("*.py"), *(ROOT / "services").rglob("*.py")]
    names = {text for file in files for text in literals(file) if OURS.fullmatch(text)}
    return {name + suffix for name in names for suffix in SUFFIXES}


def queries(dashboard: Dashboard) -> str:
    return "\n".join(query.expression for panel in dashboard.panels for query in panel.queries)


def test_the_committed_dashboards_are_what_the_code_writes(tmp_path: Path) -> None:
    written = {file.name: file.read_text() for file in write(tmp_path)}
    assert {file.name: file.read_text() for file in FOLDER.glob("*.json")} == written


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda dashboard: dashboard.name)
def test_a_dashboard_names_only_what_is_measured(dashboard: Dashboard, measured: set[str]) -> None:
    assert set(OURS.findall(queries(dashboard))) - measured == set()


@pytest.mark.parametrize("file", RULES, ids=lambda file: file.stem)
def test_a_rule_names_only_what_is_measured(file: Path, measured: set[str]) -> None:
    groups = yaml.safe_load(file.read_text())["groups"]
    expressions = "\n".join(rule["expr"] for group in groups for rule in group["rules"])
    assert set(OURS.findall(expressions)) - measured == set()


def test_every_service_has_its_dashboard() -> None:
    assert {"gateway", "ingestion", "training", "prediction"} <= {dashboard.name for dashboard in DASHBOARDS}


def test_every_panel_has_a_name_of_its_own() -> None:
    for dashboard in DASHBOARDS:
        titles = [panel.title for panel in dashboard.panels]
        assert len(titles) == len(set(titles)), dashboard.name
