"""A recipe that begins with a network of others, and what its licence asks for all the way to the bundle."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from longhand.bundles.card import read_card, read_values
from longhand.bundles.files import CARD, LICENCE, NOTICE, WEIGHTS, list_files
from longhand.cli.describing import describe
from longhand.cli.exporting import Format
from longhand.cli.exporting import export as export_file
from longhand.handwriting.preprocessing import Prepared
from longhand.inference import load
from longhand.learning.bases.sources import PP_OCR
from longhand.learning.errors import BaseMissing
from longhand.learning.prepared import Item, PreparedSet, write_prepared
from longhand.learning.svtr import count_shifts
from pipelines.base import make
from pipelines.definition.stages import STAGES, choose_stages
from pipelines.evaluate import evaluate
from pipelines.export import export
from pipelines.recipe import Recipe, write_json
from pipelines.train import run
from tests.pipelines.workshop import workshop

pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:In the future `np.object` will be defined:FutureWarning"),
]
TEXT: Mapping[str, Any] = {
    "base": "pp-ocrv6-small",
    "preprocessing": "text-3",
    "network": {"kind": "svtr", "height": 48},
    "features": True,
    "served": "float32",
    "draw": {"batch": 2, "strength": 0.5, "weights": {}},
    "fit": {"epochs": 1, "steps": 1, "rate": 0.00015, "clip": 5.0},
}


@pytest.fixture
def based() -> None:
    """Leaves out what needs the makers' file where it is missing."""
    try:
        PP_OCR.find()
    except BaseMissing as error:
        pytest.skip(error.sentence)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle of a training of one step."""
    try:
        PP_OCR.find()
    except BaseMissing as error:
        pytest.skip(error.sentence)
    folder = tmp_path_factory.mktemp("base")
    with workshop(folder, "text", **TEXT) as recipe:
        make(recipe)
        fill(recipe)
        for stage in (run, evaluate, export):
            stage(recipe)
        return folder / recipe.bundle


def fill(recipe: Recipe) -> None:
    """Pictures of 48 rows as if they had been prepared."""
    random, texts = np.random.default_rng(0), ("12", "21", "il", "li")
    pictures = []
    for split in ("train", "validation", "test"):
        for i, text in enumerate(texts):
            pixels = random.integers(0, 256, (48, 64), np.uint8)
            pictures.append((Item("strokes", f"{split}-{i}", text, f"{split}-{i}", split, *pixels.shape), pixels))
    write_prepared(recipe.folder("prepare"), pictures)
    version = PreparedSet(recipe.folder("prepare")).version
    write_json(recipe.folder("prepare") / "receipt.json", {"dataset_version": version})


@pytest.mark.prove
def test_the_bundle_is_read_from_its_card(bundle: Path) -> None:
    card = read_card(bundle)
    assert (card.height, card.stride, card.features) == (48, 8, 120)
    assert card.network["kind"] == "svtr" and card.shifts == count_shifts(96, 120)
    recogniser = load(bundle, threads=1, engine="onnxruntime")
    prepared = Prepared(np.random.default_rng(1).integers(0, 256, (48, 100), np.uint8), (0, 0, 100, 48), (1.0, 1.0))
    assert recogniser.logits([prepared])[0].shape == (13, card.alphabet.size), "a frame for every eight columns"
    assert 0 <= recogniser.recognise([prepared])[0].confidence <= 1


@pytest.mark.prove
def test_the_bundle_is_small_enough_to_be_served(bundle: Path) -> None:
    assert (bundle / "model.onnx").stat().st_size <= 14e6


@pytest.mark.prove
def test_licence_makers_and_change_lie_beside_the_network(bundle: Path, tmp_path: Path) -> None:
    card = read_card(bundle)
    assert card.base == PP_OCR.facts
    assert {LICENCE, NOTICE} <= {file.name for file in list_files(bundle)}, "and so in what is registered and published"
    export_file(bundle, Format.ONNX, tmp_path)
    for folder in (bundle, tmp_path):
        assert "Apache License" in (folder / LICENCE).read_text()
        notice = (folder / NOTICE).read_text()
        assert all(card.base[fact] in notice for fact in ("makers", "package", "file", "sha256", "licence", "changes"))
    assert card.base["makers"] in describe(bundle, "ours/text", "apache-2.0")


@pytest.mark.usefixtures("based")
def test_the_base_is_a_bundle_with_its_licence_and_weights(tmp_path: Path) -> None:
    with workshop(tmp_path, "text", **TEXT) as recipe:
        make(recipe)
        assert {LICENCE, NOTICE, WEIGHTS, CARD} <= {file.name for file in recipe.folder("base").iterdir()}
        card = read_values(recipe.folder("base"))
        assert (card["base"], card["height"], card["stride"]) == (PP_OCR.facts, 48, 8)


def test_a_recipe_without_a_base_has_no_stage_for_it() -> None:
    without: dict[str, Mapping[str, object]] = {"text": {"base": None}, "characters": {}}
    assert list(choose_stages(without)) == [name for name in STAGES if name != "base"]
    assert choose_stages(without)["train"].reads == ("prepare",)
    stages = choose_stages({**without, "text": TEXT})
    assert stages["train"].reads == ("prepare", "base")
    assert "features" in stages["train"].params
    assert "features" not in choose_stages(without)["train"].params


def test_a_model_without_a_base_has_an_empty_one(tmp_path: Path) -> None:
    with workshop(tmp_path, "characters", base=None) as recipe:
        make(recipe)
        assert list(recipe.folder("base").iterdir()) == []


def test_a_training_whose_base_was_not_made_says_so(tmp_path: Path) -> None:
    with workshop(tmp_path, "text", **TEXT) as recipe:
        fill(recipe)
        with pytest.raises(BaseMissing, match="no network to begin with"):
            run(recipe)
