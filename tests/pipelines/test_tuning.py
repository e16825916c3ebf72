"""A fine-tune: a small network learns from corrections, and what is replayed, calibrated and packed."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from longhand.bundles.card import Card, read_card
from longhand.bundles.files import MODEL, digest
from longhand.handwriting.alphabet import Alphabet
from longhand.inference import load
from longhand.learning.networks import build_characters
from longhand.learning.prepared import Item
from longhand.learning.training import Trained
from longhand.tasks import GLYPHS
from pipelines.tuning.__main__ import tune
from pipelines.tuning.errors import NothingToLearn
from pipelines.tuning.learning import make_settings
from pipelines.tuning.pictures import CORRECTIONS, prepare_corrections
from pipelines.tuning.request import LINES, Request
from tests.drawings import encode
from tests.pipelines.workshop import workshop


def write_version(folder: Path, texts: list[str]) -> Path:
    """A folder as ingestion freezes one: upright strokes at different places, under these texts."""
    rows = []
    for place, text in enumerate(texts):
        gray = np.full((40, 40), 255, np.uint8)
        gray[8:32, 10 + place : 14 + place] = 0
        (folder / "images").mkdir(parents=True, exist_ok=True)
        (folder / "images" / f"{place}.png").write_bytes(encode(gray))
        row = {"image": f"images/{place}.png", "text": text, "group": "ann", "split": "train", "set": "corrections"}
        rows.append(json.dumps(row | {"name": f"r-{place}"}))
    (folder / "lines.jsonl").write_text("\n".join(rows) + "\n")
    return folder


def write_start(folder: Path) -> Path:
    """A bundle with a small network that has learned nothing yet."""
    folder.mkdir(parents=True)
    Trained(build_characters(28, len(GLYPHS), width=4), Alphabet(GLYPHS), [], "", []).write(folder)
    sizes: dict[str, object] = {"height": 28, "width": 4}
    card = Card("characters", "character", GLYPHS, 28, "glyph-1", network=sizes, threshold=0.9)
    replace(card, sha256=digest(folder / MODEL)).write(folder)
    return folder


@pytest.mark.timeout(600)
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:In the future `np.object` will be defined:FutureWarning")
def test_a_fine_tuned_bundle_names_its_corrections_and_is_calibrated_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LONGHAND_DATASETS", raising=False)
    with workshop(tmp_path, "characters") as recipe:
        section = {**recipe.params, "sets": {"mnist": {}}, "draw": {"strength": 0.5, "weights": {"mnist": 1.0}}}
        (tmp_path / "pipelines" / "full").mkdir(parents=True)
        (tmp_path / "pipelines" / "full" / "params.yaml").write_text(yaml.safe_dump({"characters": section}))
        version = write_version(tmp_path / "v1", ["1"] * 6 + ["ω"])
        request = Request("characters", write_start(tmp_path / "start"), version, tmp_path / "work", steps=2)
        receipt = tune(request)
    before, after = request.card, read_card(tmp_path / "work" / "bundle")
    assert (receipt["corrections"], receipt["replay"], receipt["left_out"]) == (6, "made", {"outside the alphabet": 1})
    assert (after.dataset_version, after.characters) == ("v1", before.characters)
    assert after.sha256 == digest(tmp_path / "work" / "bundle" / MODEL) != before.sha256
    assert after.temperature == receipt["temperature"] and after.threshold == before.threshold
    assert {"corrections.cer_before", "corrections.cer_after", "stroke-glyphs.cer_after"} <= after.metrics.keys()
    assert load(tmp_path / "work" / "bundle", engine="onnxruntime").card == after


def write_card(folder: Path) -> Path:
    folder.mkdir(parents=True)
    Card("characters", "character", GLYPHS, 28, "glyph-1", network={"height": 28}).write(folder)
    return folder


def test_what_the_network_cannot_write_is_left_for_a_full_training(tmp_path: Path) -> None:
    version = write_version(tmp_path / "v1", ["é", "ab", "7"])
    request = Request("characters", write_card(tmp_path / "start"), version, tmp_path / "work")
    left_out: Counter[str] = Counter()
    ((item, pixels),) = prepare_corrections(request, left_out)
    assert (item.text, item.set, item.split, pixels.shape) == ("7", CORRECTIONS, "train", (28, 28))
    assert left_out == {"outside the alphabet": 1, "more than one character": 1}


def test_corrections_of_which_none_can_be_learned_are_refused(tmp_path: Path) -> None:
    request = Request("characters", write_card(tmp_path / "start"), write_version(tmp_path / "v1", ["é"]), tmp_path)
    with pytest.raises(NothingToLearn, match="outside the alphabet"):
        tune(request)


def test_few_corrections_are_shown_twenty_times_each_and_many_are_half_of_all() -> None:
    assert LINES.share(30) * LINES.batch * LINES.steps == pytest.approx(30 * LINES.shown)
    assert LINES.share(100_000) == 0.5


def test_the_sets_of_before_share_what_the_corrections_leave(tmp_path: Path) -> None:
    request = Request("characters", write_card(tmp_path / "start"), tmp_path, tmp_path)
    items = [Item(name, str(i), "a", "g", "train", 28, 28) for name in ("mnist", CORRECTIONS, "new") for i in range(9)]
    weights = make_settings(request, items).draw["weights"]
    assert weights[CORRECTIONS] == pytest.approx(request.effort.share(9))
    assert sum(weights.values()) == pytest.approx(1.0)
    assert weights["mnist"] / weights["new"] == pytest.approx(0.24)
