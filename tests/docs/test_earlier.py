"""Whoever comes from an earlier system finds every place that the table names."""

import json
import re

import pytest

from docs.environment import ROOT
from docs.routes import OPENAPI

TABLE = (ROOT / "docs" / "earlier.md").read_text(encoding="utf-8")
ROUTE = re.compile(r"(GET|POST|PUT|PATCH|DELETE) (/\S*)")


def rows(heading: str) -> list[list[str]]:
    """The cells of every row below a heading of the second level, without the tables' heads."""
    section = TABLE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|") and not line.startswith("|---")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[0] not in ("feature", "earlier")]


def places(cell: str) -> list[str]:
    """What a cell names as a file, a folder or a route."""
    named: list[str] = re.findall(r"`([^`]+)`", cell)
    return [code for code in named if ROUTE.match(code) or exists(code) or looks_like_file(code)]


def looks_like_file(code: str) -> bool:
    return bool(re.fullmatch(r"[\w.-]+(/[\w.-]+)+", code))


def exists(code: str) -> bool:
    if found := ROUTE.match(code):
        paths = json.loads((ROOT / OPENAPI).read_text())["paths"]
        return found[1].lower() in paths.get(found[2], {})
    return " " not in code and (ROOT / code).exists()


CALLS, FEATURES = rows("Calls of the earlier platform"), rows("Features")


@pytest.mark.parametrize("row", CALLS, ids=lambda row: row[0])
def test_a_call_of_the_earlier_platform_has_its_place(row: list[str]) -> None:
    named = places(row[1])
    assert named and [place for place in named if not exists(place)] == []


@pytest.mark.parametrize("row", FEATURES, ids=lambda row: row[0])
def test_a_feature_is_at_the_place_that_is_named_or_comes_with_later_work(row: list[str]) -> None:
    if row[1].startswith("later: "):
        return
    named = places(row[1])
    assert named and [place for place in named if not exists(place)] == []


def test_the_calls_that_everybody_knew_are_told() -> None:
    told = " ".join(row[0] for row in CALLS)
    assert all(call in told for call in ("GET /ingest", "GET /train", "POST /predict", "HTTP Basic", "predicted_text"))


def test_each_of_the_five_systems_has_its_features() -> None:
    titles = re.findall(r"^### (.*)$", TABLE, re.MULTILINE)
    assert len(titles) == 5 and len(FEATURES) > 60
