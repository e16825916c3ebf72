"""With which registered version a training begins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
import yaml

from longhand.bundles.files import WEIGHTS
from longhand.contracts.models import Deployment, ModelVersion
from longhand.recipes.checking import read_recipe
from longhand.recipes.parameters import ModelRecipe
from longhand.registry.errors import NotRegistered
from longhand.registry.registry import SHA256
from services.training.errors import UnknownStart
from services.training.starting import find_start
from tests.training.checkout import PARAMS

BEFORE, NOW, ELSEWHERE = "a" * 64, "b" * 64, "c" * 64


@dataclass
class Registered:
    """A registry whose versions have these weights."""

    weights: dict[int, str]
    record: Deployment | None = None
    cards: Mapping[int, dict[str, object]] = field(default_factory=dict)

    def deployment(self, name: str) -> Deployment | None:
        return self.record

    def version(self, name: str, version: int) -> ModelVersion:
        if version not in self.weights:
            raise NotRegistered(f"There is no version {version} of {name}.")
        tags = {SHA256 + WEIGHTS: self.weights[version]}
        card = self.cards.get(version, {})
        return ModelVersion(name=name, version=version, created_at=datetime.now(UTC), card=card, tags=tags)

    def versions(self, name: str, deployment: Deployment | None = None) -> list[ModelVersion]:
        return [self.version(name, number) for number in sorted(self.weights, reverse=True)]


def recipe(pretrain: str | None = None) -> ModelRecipe:
    section = yaml.safe_load(PARAMS)["text"]
    return read_recipe("text", section | {"pretrain": {"version": 77, "sha256": pretrain}} if pretrain else section)


def begun(registry: Registered, pretrain: str | None = None, asked: str | None = None) -> int | None:
    found = find_start(registry, "text", asked, recipe(pretrain))
    return found.version if found else None


def test_a_recipe_that_names_none_begins_from_nothing() -> None:
    assert begun(Registered({1: BEFORE}, Deployment(epoch=1, champion=1))) is None


def test_a_version_that_is_asked_for_goes_before_the_recipe_s() -> None:
    assert begun(Registered({1: BEFORE, 2: NOW}), NOW, "text/1") == 1


def test_a_recipe_s_version_is_known_by_its_weights_whatever_its_number_is_here() -> None:
    assert begun(Registered({1: BEFORE, 2: NOW}, Deployment(epoch=1, champion=2)), BEFORE) == 1


@pytest.mark.parametrize(
    ("pretrain", "withdrawn"), [(ELSEWHERE, []), (BEFORE, [1])], ids=["not registered", "withdrawn"]
)
def test_where_its_weights_are_not_to_be_had_the_last_full_version_that_served_takes_their_place(
    pretrain: str, withdrawn: list[int]
) -> None:
    registry = Registered({1: BEFORE, 2: NOW, 3: NOW}, Deployment(epoch=1, champion=2, withdrawn=withdrawn))
    assert begun(registry, pretrain) == 2


def test_where_none_has_served_it_says_so() -> None:
    with pytest.raises(UnknownStart, match="No full version of text has served"):
        begun(Registered({1: BEFORE}), ELSEWHERE)


def test_what_has_learned_from_pictures_prepared_otherwise_is_refused() -> None:
    with pytest.raises(UnknownStart, match="text/1 were prepared by text-1, not text-2"):
        begun(Registered({1: BEFORE}, cards={1: {"preprocessing": "text-1"}}), asked="text/1")
