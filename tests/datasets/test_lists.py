"""Pictures that a CSV lists: Kaggle's handwritten names, and prescriptions."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from longhand.datasets.adapters.lists import read_listed, read_prescriptions
from longhand.datasets.sample import DatasetError, Sample
from longhand.datasets.source import Source
from tests.datasets.drawn import document, picture


def names(folder: Path) -> None:
    """As Kaggle's handwritten names are laid out."""
    for split, short in (("train", "TRAIN"), ("validation", "VALIDATION"), ("test", "TEST")):
        rows = [f"{short}_0001.jpg,BALTHAZAR", f"{short}_0002.jpg,UNREADABLE", f"{short}_0003.jpg,"]
        document(folder, f"written_name_{split}_v2.csv", "FILENAME,IDENTITY", *rows, f"{short}_0004.jpg,EMPTY")
        picture(folder, f"{split}_v2/{split}/{short}_0001.jpg", split)


def read(folder: Path, **options: Any) -> list[Sample]:
    return list(read_listed(Source(folder, "names"), **options))


def test_handwritten_names_are_read_as_they_are_published(tmp_path: Path) -> None:
    names(tmp_path)
    source = Source(tmp_path, "names")
    samples = list(read_listed(source))
    assert [(s.name, s.text, s.split) for s in samples] == [
        ("test_v2/test/TEST_0001.jpg", "BALTHAZAR", "test"),
        ("train_v2/train/TRAIN_0001.jpg", "BALTHAZAR", "train"),
        ("validation_v2/validation/VALIDATION_0001.jpg", "BALTHAZAR", "validation"),
    ]
    assert samples[1].read() == (tmp_path / "train_v2/train/TRAIN_0001.jpg").read_bytes()
    assert source.dropped == Counter(labelled_unreadable=3, labelled_empty=3, without_label=3)


def test_what_is_to_be_skipped_can_be_chosen(tmp_path: Path) -> None:
    names(tmp_path)
    assert {s.text for s in read(tmp_path, skip=["BALTHAZAR"])} == {"UNREADABLE", "EMPTY"}


def test_columns_and_tables_can_be_named(tmp_path: Path) -> None:
    document(tmp_path, "other.csv", "a,b", "1,2")
    document(tmp_path, "mine.csv", "scan,says,hand,part", "1.png,Bern,anna,gate", "2.png,Genf,anna,gate")
    chosen = {"tables": "mine.csv", "image": "scan", "text": "says", "group": "hand", "split": "part"}
    assert [(s.text, s.group, s.split) for s in read(tmp_path, **chosen)] == [
        ("Bern", "anna", "gate"),
        ("Genf", "anna", "gate"),
    ]


def test_of_two_pictures_of_one_name_each_split_has_its_own(tmp_path: Path) -> None:
    for split in ("train", "test"):
        document(tmp_path, f"{split}.csv", "FILENAME,IDENTITY", "1.png,A", "2.png,B")
        picture(tmp_path, f"pictures/{split}/1.png", split)
        picture(tmp_path, f"pictures/{split}/2.png", split)
    found = [s.name for s in read(tmp_path)]
    assert found == [f"pictures/{split}/{n}.png" for split in ("test", "train") for n in (1, 2)]


def test_a_list_without_validation_and_gate_gives_a_part_of_its_training_for_them(tmp_path: Path) -> None:
    rows = [f"{n}.png,A" for n in range(300)]
    document(tmp_path, "train.csv", "FILENAME,IDENTITY", *rows)
    document(tmp_path, "test.csv", "FILENAME,IDENTITY", *(f"t{row}" for row in rows))
    counts = Counter(s.split for s in read(tmp_path))
    assert counts["test"] == 300
    assert counts["train"] > 220 and 8 < counts["validation"] < 45 and 2 < counts["gate"] < 30


def test_a_picture_that_is_missing_is_reported_when_it_is_read(tmp_path: Path) -> None:
    document(tmp_path, "a.csv", "FILENAME,IDENTITY", "gone.png,A", "../../etc/hostname,B")
    missing, outside = read(tmp_path)
    with pytest.raises(OSError, match=r"gone\.png"):
        missing.read()
    with pytest.raises(OSError, match="outside its folder"):
        outside.read()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["FILENAME:IDENTITY", "1.png:A"], r"a\.csv, line 1: no column FILENAME and IDENTITY among FILENAME:IDENTITY"),
        (["FILENAME,TEXT", "1.png,A"], "line 1: no column IDENTITY among FILENAME, TEXT. Name the columns"),
        (["FILENAME,IDENTITY", "1.png,A", ",B"], r"a\.csv, line 3: no picture is named in the column FILENAME"),
        (["FILENAME,IDENTITY,split", "1.png,A,tset"], "line 2: unknown split 'tset'"),
    ],
)
def test_what_is_wrong_in_a_list_is_named(tmp_path: Path, lines: list[str], said: str) -> None:
    document(tmp_path, "a.csv", *lines)
    with pytest.raises(DatasetError, match=said):
        read(tmp_path)


@pytest.mark.parametrize(
    ("tables", "said"),
    [("*.csv", r"holds no \*\.csv"), ("../*.csv", "leads outside"), ("/etc/*", "leads outside")],
)
def test_a_folder_without_a_list_is_reported(tmp_path: Path, tables: str, said: str) -> None:
    with pytest.raises(DatasetError, match=said):
        read(tmp_path, tables=tables)


def prescriptions(folder: Path) -> None:
    for name in ("Training", "Validation", "Testing"):
        row = f"0.png,{name}ol,{name}um"
        document(folder, f"{name}/{name.lower()}_labels.csv", "IMAGE,MEDICINE_NAME,GENERIC_NAME", row, "1.png,,x")
        picture(folder, f"{name}/{name.lower()}_words/0.png", name)


def test_prescriptions_are_read_by_the_column_to_learn(tmp_path: Path) -> None:
    prescriptions(tmp_path)
    source = Source(tmp_path, "prescriptions")
    samples = list(read_prescriptions(source))
    assert [(s.text, s.name) for s in samples] == [
        ("Testingol", "Testing/testing_words/0.png"),
        ("Trainingol", "Training/training_words/0.png"),
        ("Validationol", "Validation/validation_words/0.png"),
    ]
    assert samples[0].split == "test" and samples[2].split == "validation"
    assert samples[0].read() == (tmp_path / "Testing/testing_words/0.png").read_bytes()
    assert source.dropped == {"without_label": 3}
    generic = read_prescriptions(Source(tmp_path, "prescriptions"), label="GENERIC_NAME")
    assert {s.text for s in generic} == {"Testingum", "Trainingum", "Validationum", "x"}


def test_a_column_that_prescriptions_lack_is_reported(tmp_path: Path) -> None:
    prescriptions(tmp_path)
    with pytest.raises(DatasetError, match=r"testing_labels\.csv, line 1: no column DOSE among IMAGE, MEDICINE_NAME"):
        list(read_prescriptions(Source(tmp_path, "x"), label="DOSE"))


def test_a_folder_without_prescriptions_is_reported(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no folder Training, Validation or Testing"):
        list(read_prescriptions(Source(tmp_path, "x")))
