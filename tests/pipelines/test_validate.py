"""What cannot be used is named; where it is too much, the recipe stops."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from longhand.datasets.sample import DatasetError
from tests.drawings import encode
from tests.pipelines.workshop import fill, run_stages, word, workshop

ROOT = Path(__file__).parents[2]
GOOD = {f"{i}.png": (word("ab", i), "ab") for i in range(40)}
BLANK = encode(np.full((50, 90), 255, np.uint8))


def validated(folder: Path, files: dict[str, Any], model: str = "text", **columns: str) -> dict[str, Any]:
    fill(folder / "mine", files, **columns)
    with workshop(folder, model, sets={"mine": {"folder": str(folder / "mine")}}) as recipe:
        report: dict[str, Any] = run_stages(recipe, "ingest", "validate")[1]
    return report


def test_good_pictures_are_kept_and_counted(tmp_path: Path) -> None:
    report = validated(tmp_path, GOOD, split="gate", writer="w")
    assert report["pictures"] == 40
    assert report["by_set_and_split"] == {"mine/gate": 40}
    assert (report["groups"], report["refused"]) == (1, {})
    assert report["characters"] == {"a": 40, "b": 40}


def test_a_few_unreadable_files_are_left_out_and_named(tmp_path: Path) -> None:
    bad = {"cut.png": (GOOD["1.png"][0][:200], "x"), "gone.png": (None, "x")}
    report = validated(tmp_path, GOOD | bad)
    assert report["pictures"] == 40
    assert report["refused"] == {"unreadable": {"count": 2, "first": ["mine/cut.png", "mine/gone.png"]}}


def test_a_picture_with_two_texts_is_refused_both_times_and_named(tmp_path: Path) -> None:
    twice = word("ab", 99)
    report = validated(tmp_path, GOOD | {"x.png": (twice, "Hof"), "y.png": (twice, "Garten")})
    assert report["pictures"] == 40
    assert report["refused"] == {"conflicting_texts": {"count": 2, "first": ["mine/x.png", "mine/y.png"]}}


def test_what_a_format_leaves_out_is_counted_by_set(tmp_path: Path) -> None:
    (tmp_path / "names").mkdir()
    for name, (data, _) in GOOD.items():
        (tmp_path / "names" / name).write_bytes(data)
    rows = [*(f"{name},ab" for name in GOOD), "x.png,EMPTY", "y.png,blot", "z.png,"]
    (tmp_path / "names" / "test.csv").write_text("\n".join(["scan,IDENTITY", *rows]) + "\n")
    options = {"folder": str(tmp_path / "names"), "format": "csv", "image": "scan", "skip": ["EMPTY", "blot"]}
    (tmp_path / "splits.csv").write_text("set,image,group,split\nnames,0.png,anna,unseen\n")
    sets = {"names": options | {"splits": str(tmp_path / "splits.csv")}}
    with workshop(tmp_path, "text", sets=sets) as recipe:
        report = run_stages(recipe, "ingest", "validate")[1]
    assert report["dropped"] == {"names": {"labelled_blot": 1, "labelled_empty": 1, "without_label": 1}}
    assert report["by_set_and_split"] == {"names/test": 39, "names/unseen": 1}


def test_more_than_a_twentieth_stops_it_and_the_first_is_named(tmp_path: Path) -> None:
    bad = {"not.png": (b"hello", "x"), "empty.png": (b"", "x"), "blank.png": (GOOD["2.png"][0][:99], "")}
    with pytest.raises(DatasetError, match=r"3 of 43 pictures of the set mine cannot be used, .* mine/not\.png: it"):
        validated(tmp_path, GOOD | bad)


def test_a_small_set_that_cannot_be_used_stops_it_beside_a_large_one(tmp_path: Path) -> None:
    fill(tmp_path / "large", GOOD)
    fill(tmp_path / "small", {"a.png": (GOOD["0.png"][0] + b"0", "一")})
    sets = {name: {"folder": str(tmp_path / name)} for name in ("large", "small")}
    said = r"1 of 1 pictures of the set small .* small/a\.png: it has no text of the alphabet"
    with workshop(tmp_path, "text", sets=sets) as recipe, pytest.raises(DatasetError, match=said):
        run_stages(recipe, "ingest", "validate")


def test_a_folder_of_nothing_but_missing_files_stops_it(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="2 of 2 pictures of the set mine cannot be used"):
        validated(tmp_path, {"a.png": (None, "a"), "b.png": (None, "b")})


def test_copies_are_left_out_in_their_split_and_across_splits(tmp_path: Path) -> None:
    data = GOOD["0.png"][0]
    fill(tmp_path / "one", {"a.png": (data, "ab"), "b.png": (data, "ab")}, split="train")
    fill(tmp_path / "two", {"c.png": (data, "ab"), **GOOD}, split="test")
    sets = {name: {"folder": str(tmp_path / name)} for name in ("one", "two")}
    with workshop(tmp_path, "text", sets=sets) as recipe:
        report = run_stages(recipe, "ingest", "validate")[1]
    assert report["by_set_and_split"] == {"one/train": 1, "two/test": 39}
    assert report["refused"]["duplicate"]["first"] == ["one/b.png"]
    assert report["refused"]["duplicate_across_splits"]["first"] == ["two/c.png", "two/0.png"]


def test_texts_without_a_known_character_are_left_out_and_others_counted(tmp_path: Path) -> None:
    report = validated(tmp_path, GOOD | {"x.png": (word("x"), "字"), "y.png": (word("y"), "y字")})
    assert report["refused"]["without_text"]["first"] == ["mine/x.png"]
    assert report["outside_the_alphabet"] == {"字": 1}
    assert report["pictures"] == 41


def test_a_glyph_is_one_character(tmp_path: Path) -> None:
    glyphs = {f"{i}.png": (word("a", i), "a") for i in range(30)}
    report = validated(tmp_path, glyphs | {"word.png": (word("ab"), "ab")}, "characters")
    assert report["refused"] == {"several_characters": {"count": 1, "first": ["mine/word.png"]}}


def test_blank_pictures_are_left_out_when_they_are_prepared(tmp_path: Path) -> None:
    fill(tmp_path / "mine", GOOD | {"blank.png": (BLANK, "ab")})
    with workshop(tmp_path, "text", sets={"mine": {"folder": str(tmp_path / "mine")}}) as recipe:
        receipt = run_stages(recipe, "ingest", "validate", "prepare")[2]
    assert (receipt["pictures"], receipt["blank"], receipt["preprocessing"]) == (40, ["mine/blank.png"], "text-2")


def versions(folder: Path, seed: int, model: str) -> str:
    name = next(iter({"text": ["strokes"], "characters": ["stroke-glyphs"]}[model]))
    with workshop(folder, model, sets={name: {"count": 30, "seed": seed}}) as recipe:
        return str(run_stages(recipe, "ingest", "validate", "prepare")[2]["dataset_version"])


@pytest.mark.parametrize("model", ["text", "characters"])
def test_the_same_recipe_and_seed_give_the_same_data(tmp_path: Path, model: str) -> None:
    one, same, other = (versions(tmp_path / str(i), seed, model) for i, seed in enumerate((5, 5, 6)))
    assert one == same != other


def test_a_stage_as_a_command_ends_with_a_sentence(tmp_path: Path) -> None:
    fill(tmp_path / "mine", {"a.png": (b"hello", "a")})
    with workshop(tmp_path, "text", sets={"mine": {"folder": "mine"}}) as recipe:
        run_stages(recipe, "ingest")
    command = [sys.executable, "-m", "pipelines.validate", "--recipe", "starter", "--model", "text"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert (
        done.stderr.startswith("bad_dataset: 1 of 1 pictures of the set mine cannot be used")
        and done.stderr.count("\n") == 1
    )


def test_labels_are_cleaned_by_the_rules_that_a_set_names_and_counted(tmp_path: Path) -> None:
    fill(tmp_path / "mine", GOOD | {"x.png": (word("ab", 77), "deMr X=")}, split="train")
    sets = {"mine": {"folder": str(tmp_path / "mine"), "clean": ["glued", "hyphens"]}}
    with workshop(tmp_path, "text", sets=sets) as recipe:
        _, report, receipt = run_stages(recipe, "ingest", "validate", "prepare")
        kept = (recipe.folder("validate") / "kept.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["text"] for line in kept} == {"ab", "de Mr X="}
    assert report["cleaned"] == receipt["cleaned"] == {"mine": {"glued": 1, "hyphens": 0}}


def test_spoiled_copies_are_a_set_of_their_own_beside_the_pictures(tmp_path: Path) -> None:
    sets = {"strokes": {"count": 30, "seed": 1}, "strokes:spoiled": {"count": 30, "seed": 1, "spoil": {"copies": 2}}}
    with workshop(tmp_path, "text", sets=sets) as recipe:
        report = run_stages(recipe, "ingest", "validate")[1]
    splits = report["by_set_and_split"]
    assert splits["strokes:spoiled/train"] == 2 * splits["strokes/train"]
    assert "strokes:spoiled/test" not in splits


def test_the_alphabet_that_a_recipe_names_is_the_one_its_data_are_counted_by(tmp_path: Path) -> None:
    fill(tmp_path / "mine", GOOD | {"x.png": (word("ab", 77), "a@b")}, split="train")
    sets = {"mine": {"folder": str(tmp_path / "mine")}}
    outside = {}
    for alphabet in ("latin", "western"):
        with workshop(tmp_path / alphabet, "text", sets=sets, alphabet=alphabet) as recipe:
            outside[alphabet] = run_stages(recipe, "ingest", "validate")[1]["outside_the_alphabet"]
    assert outside == {"latin": {"@": 1}, "western": {}}
