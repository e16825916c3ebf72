"""What the platform says by codes has words in the other languages of the console."""

import json
import re
from pathlib import Path

import pytest

from docs.environment import ROOT
from services.gateway.pages import FOLDER
from services.ingestion.intake import TWO_TEXTS, UNREADABLE
from services.training.offering import describe
from services.training.recipes import read_params

LANGUAGES = sorted(file for file in (FOLDER / "words").glob("*.js") if file.stem != "en")
REFERENCE = {"problem": "problems.md", "notice": "notices.md"}
UNMET = {
    # what services say to each other, and programs that have keys or write HTTP themselves
    "api_key_invalid", "api_key_not_enough", "bad_request", "bad_vocabulary", "headers_too_large", "lexicon_mismatch",
    "lexicon_unknown", "reading_conflict", "vocabulary_mismatch", "vocabulary_unknown",
    # what a command or a start ends with
    "damaged_history", "hub_refused", "hub_unavailable", "no_token", "nothing_to_report", "outbox_busy",
    "publishing_failed", "tensorflow_missing", "unknown_preprocessing", "unknown_task", "unsafe_settings",
    # classes above others, which nothing raises
    "ingestion_error", "registry_error", "samples_error", "service_error", "training_error", "upstream_problem",
}  # fmt: skip
"""Codes that no browser meets."""


def listed(group: str) -> set[str]:
    page = ROOT / "docs" / "reference" / REFERENCE[group]
    return set(re.findall(r"^\| `(\w+)` \|", page.read_text(), re.MULTILINE))


def sentences(language: Path, group: str) -> dict[str, str]:
    return dict(re.findall(rf'^  "{group}\.(\w+)": "(.*)",$', language.read_text(), re.MULTILINE))


def parameters_said(language: Path) -> set[str]:
    return set(re.findall(r'^  "parameter\.([\w.-]+)": ".+",$', language.read_text(), re.MULTILINE))


@pytest.mark.parametrize("group", REFERENCE)
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda file: file.stem)
def test_every_code_that_a_browser_meets_has_a_sentence(language: Path, group: str) -> None:
    said = sentences(language, group)
    assert said.keys() == listed(group) - UNMET
    assert {code: text for code, text in said.items() if set(re.findall(r"\{\w+\}", text)) - {"{detail}"}} == {}


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda file: file.stem)
def test_what_keeps_a_file_out_of_a_data_set_has_a_sentence(language: Path) -> None:
    assert sentences(language, "left").keys() == {UNREADABLE, TWO_TEXTS}


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda file: file.stem)
def test_every_parameter_that_the_api_describes_has_a_sentence(language: Path) -> None:
    paths = json.loads((ROOT / "docs/reference/openapi-gateway.json").read_text())["paths"]
    parameters = [one for verbs in paths.values() for call in verbs.values() for one in call.get("parameters", [])]
    described = {f"{one['in']}.{one['name']}" for one in parameters if "description" in one}
    assert {name for name in parameters_said(language) if not name.startswith("recipe.")} == described


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda file: file.stem)
def test_every_parameter_of_a_recipe_has_a_sentence(language: Path) -> None:
    recipes = [describe(name, read_params(ROOT, name)) for name in ("starter", "full")]
    names = {one.name for recipe in recipes for model in recipe.models for one in model.parameters}
    described = {f"recipe.{name.partition('.')[2]}" for name in names}
    assert {name for name in parameters_said(language) if name.startswith("recipe.")} == described


def test_what_no_browser_meets_is_listed_for_others() -> None:
    assert listed("problem") >= UNMET
