"""A second model of a task is made as the first one is, by recipes that have a section for it."""

from pathlib import Path

import pytest

from longhand.bundles.card import read_card
from longhand.inference import load
from longhand.recipes.errors import NotInRecipe
from longhand.tasks import TEXT_FAST
from pipelines.recipe import Recipe
from tests.drawings import written
from tests.pipelines.workshop import PARAMS, STAGES, run_stages, workshop


@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:In the future `np.object` will be defined:FutureWarning")
def test_a_fast_model_goes_from_its_data_to_a_bundle_that_reads(tmp_path: Path) -> None:
    with workshop(tmp_path, TEXT_FAST.model, **PARAMS["text"]) as recipe:
        run_stages(recipe, *STAGES)
        bundle = tmp_path / recipe.bundle
    card = read_card(bundle)
    assert (card.name, card.task, card.entry) == ("text-fast", "text", TEXT_FAST)
    (found,) = load(bundle, threads=1).read([written("7")])
    assert 0 <= found.confidence <= 1


def test_a_recipe_without_the_fast_model_says_which_it_makes(tmp_path: Path) -> None:
    with workshop(tmp_path, "text"), pytest.raises(NotInRecipe, match=r"no model text-fast.*: text\."):
        assert Recipe("starter", TEXT_FAST.model).params
