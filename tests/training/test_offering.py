"""What a recipe lets a training change, as those who start one are shown it."""

import pytest

from docs.environment import ROOT
from longhand.contracts.recipes import RecipeDescription, RecipeParameter
from services.training.offering import describe
from services.training.recipes import change_params, read_params


@pytest.fixture(params=["starter", "full"])
def recipe(request: pytest.FixtureRequest) -> RecipeDescription:
    return describe(request.param, read_params(ROOT, request.param))


def of(recipe: RecipeDescription, name: str) -> RecipeParameter:
    return next(one for model in recipe.models for one in model.parameters if one.name == name)


def test_a_parameter_comes_with_its_sentence_its_bounds_and_what_the_recipe_says(recipe: RecipeDescription) -> None:
    rate = of(recipe, "text.fit.rate")
    assert (rate.kind, rate.about, rate.least, rate.most, rate.open) == (
        "number", "highest learning rate", 0, 1, ["least"]
    )  # fmt: skip
    params = read_params(ROOT, recipe.name)
    fit = params["text"]["fit"]
    assert isinstance(fit, dict) and rate.value == fit["rate"]
    assert of(recipe, "characters.served").choices == ["float32", "int8"]
    assert of(recipe, "characters.network.height").choices == [28]
    assert of(recipe, "characters.features").kind == "boolean"


def test_every_parameter_that_is_offered_can_be_sent_as_it_stands(recipe: RecipeDescription) -> None:
    params = read_params(ROOT, recipe.name)
    for model in recipe.models:
        standing = {one.name: one.value for one in model.parameters if one.value is not None}
        assert len(standing) > 15 and model.sets
        change_params(params, model.model, standing)


def test_what_is_no_single_value_is_not_offered(recipe: RecipeDescription) -> None:
    names = [one.name for model in recipe.models for one in model.parameters]
    assert not [name for name in names if name.split(".")[1] in ("sets", "pretrain", "folds") or "weights" in name]
