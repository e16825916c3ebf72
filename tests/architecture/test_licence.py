"""The licence is there, is named where people look, and nothing that is not ours goes unnamed."""

import json
import tomllib
from pathlib import Path

import pytest

from longhand.bundles.files import NOTICES
from longhand.datasets.catalogue import CATALOGUE

ROOT = Path(__file__).parents[2]
DOCKERFILES = sorted((ROOT / "services").glob("*/Dockerfile"))


def test_the_licence_is_apache_2_and_the_package_says_so() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "Apache-2.0"
    assert "Apache License" in (ROOT / "LICENSE").read_text()
    assert all((ROOT / name).is_file() for name in project["license-files"])


@pytest.mark.parametrize("file", DOCKERFILES, ids=lambda file: file.parent.name)
def test_an_image_holds_the_licence_and_names_it(file: Path) -> None:
    text = file.read_text()
    assert "LICENSE NOTICE" in text
    assert 'org.opencontainers.image.licenses="Apache-2.0"' in text


@pytest.mark.parametrize("bundle", ["text", "characters"])
def test_the_notice_names_every_set_that_a_shipped_model_learnt_from(bundle: str) -> None:
    notice = (ROOT / "NOTICE").read_text()
    data = json.loads((ROOT / "bundles" / bundle / "card.json").read_text())["data"]
    assert [one["name"] for one in data if one["source"] not in notice] == []
    base = json.loads((ROOT / "bundles" / bundle / "card.json").read_text()).get("base") or {}
    assert base.get("source", "") in notice
    assert all((ROOT / "bundles" / bundle / name).is_file() for name in NOTICES if base)
    assert all(CATALOGUE[one["name"]].licence == one["licence"] for one in data)
