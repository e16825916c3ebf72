"""The real sets, where they lie: every picture has its text, and no hand is in two splits."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from longhand.datasets.catalogue import load
from longhand.datasets.sample import Sample
from longhand.datasets.splits import read_splits
from longhand.handwriting.images import decode
from tests.real import data_sets

SETS = {
    "mnist": 70_000,
    "hand-written-62": 6200,
    "omniglot-latin": 520,
    "dhsd": 5939,
    "stanford-memorials": 364,
    "peraire": 2535,
    "testament-de-poilus": 1227,
    "testaments-de-poilus-1": 1810,
    "cremma-mss-18": 1293,
    "cremma-mss-19": 1718,
    "cremma-mss-20": 224,
    "htromance-18": 894,
    "lectaurep-repertoires": 2935,
    "lectaurep-mariages": 637,
    "timeus": 700,
    "tables-decennales": 703,
    "celestine": 140,
}
UNSEEN = {"cremma-mss-20", "lectaurep-mariages", "celestine", "omniglot-latin"}
ONLY_TRAIN = {"cremma-mss-18", "htromance-18", "lectaurep-repertoires", "timeus", "tables-decennales"}
SPLITS = {"train", "validation", "gate", "test"}


@pytest.fixture(scope="module")
def root() -> Path:
    return data_sets()


@pytest.fixture(scope="module")
def samples(root: Path) -> dict[str, list[Sample]]:
    return {name: list(load(name, root)) for name in SETS}


def test_every_set_is_whole(samples: dict[str, list[Sample]]) -> None:
    assert {name: len(found) for name, found in samples.items()} == SETS
    assert all(s.text.strip() for found in samples.values() for s in found)


def test_no_group_is_in_two_splits(samples: dict[str, list[Sample]], root: Path) -> None:
    seen: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for found in samples.values():
        for sample in found:
            seen[sample.set, sample.group].add(sample.split)
    assert {group: splits for group, splits in seen.items() if len(splits - {"duplicate"}) > 1} == {}
    assert len(read_splits(root / "splits.csv")) > 17_000


def test_a_set_has_all_four_splits_or_is_there_to_train_on_alone_or_is_unseen(samples: dict[str, list[Sample]]) -> None:
    for name, found in samples.items():
        splits = {s.split for s in found} - {"duplicate"}
        assert splits == ({"unseen"} if name in UNSEEN else {"train"} if name in ONLY_TRAIN else SPLITS), name


def test_thirty_seven_writers_wrote_the_place_names(samples: dict[str, list[Sample]]) -> None:
    assert len({s.group for s in samples["dhsd"]}) == 37
    assert Counter(s.split for s in samples["dhsd"])["test"] == 1079


def test_letters_are_letters(samples: dict[str, list[Sample]]) -> None:
    assert {s.text for s in samples["omniglot-latin"]} == set("abcdefghijklmnopqrstuvwxyz")
    assert len({s.text for s in samples["hand-written-62"]}) == 62


@pytest.mark.parametrize("name", SETS)
def test_their_pictures_can_be_decoded(samples: dict[str, list[Sample]], name: str) -> None:
    for sample in samples[name][:: max(1, len(samples[name]) // 20)]:
        assert decode(sample.read()).height > 5


def test_words_are_rendered_with_every_handwriting_font(root: Path) -> None:
    samples = list(load("rendered-glyphs", root, count=62, seed=1))
    assert len({s.group for s in samples}) > 30
    assert all(decode(s.read()).height > 20 for s in samples)
