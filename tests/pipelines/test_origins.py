"""A set that is made from another keeps to what is known of it: its writers in folds, its licence on the card."""

from pathlib import Path

import numpy as np

from longhand.learning.prepared import Item, PreparedSet, write_prepared
from pipelines.export import describe_data
from pipelines.folds import divide
from pipelines.recipe import write_json
from tests.pipelines.workshop import workshop

PIXELS = np.zeros((32, 40), np.uint8)


def item(of: str, name: str, writer: str) -> tuple[Item, np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    return Item(of, name, "word", writer, "train", *PIXELS.shape), PIXELS


def test_a_fold_holds_a_writer_back_in_every_set_made_from_the_same_pictures(tmp_path: Path) -> None:
    pictures = [item(of, f"{w}{of}", w) for of in ("dhsd", "dhsd:spoiled", "peraire") for w in ("w1", "w2")]
    write_prepared(tmp_path / "prepared", iter(pictures))
    data = PreparedSet(tmp_path / "prepared")
    with workshop(tmp_path, "text", folds={"count": 2, "sets": ["dhsd"]}) as recipe:
        first, second = divide(recipe, data)
    held = [{(i.set, i.group) for i in data.items if fold.holds(i)} for fold in (first, second)]
    assert held == [{(of, w) for of in ("dhsd", "dhsd:spoiled")} for w in ("w1", "w2")]


def test_a_card_names_a_set_once_with_the_rules_that_changed_its_labels(tmp_path: Path) -> None:
    sets = {"dhsd": {"clean": ["glued", "loose"]}, "dhsd:spoiled": {"spoil": {}}, "mine": {"folder": "x"}}
    with workshop(tmp_path, "text", sets=sets) as recipe:
        write_json(recipe.folder("prepare") / "receipt.json", {"cleaned": {"dhsd": {"glued": 7, "loose": 0}}})
        (described,) = describe_data(recipe)
        write_json(recipe.folder("prepare") / "receipt.json", {})
        (plain,) = describe_data(recipe)
    assert described == plain | {"cleaned": "glued 7"}
    assert (plain["name"], plain["licence"]) == ("dhsd", "CC BY 4.0")
