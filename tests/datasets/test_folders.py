"""Folders of pictures are read in whichever layout they have, and what is wrong is named by file and line."""

import json
from pathlib import Path

import pytest

from longhand.datasets.adapters.folders import read_classes, read_folder
from longhand.datasets.sample import SPLITS, DatasetError, Sample
from longhand.datasets.source import Source
from longhand.datasets.splits import read_splits
from tests.datasets.drawn import picture


def lines(folder: Path, *rows: object) -> None:
    (folder / "lines.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def read(folder: Path, table: str | None = None) -> list[Sample]:
    if table is not None:
        (folder / "splits.csv").write_text(table, encoding="utf-8")
        return list(read_folder(folder, splits=read_splits(folder / "splits.csv")))
    return list(read_folder(folder))


def test_lines_with_their_texts_are_read(tmp_path: Path) -> None:
    data = picture(tmp_path, "a/1.png")
    lines(tmp_path, {"image": "a/1.png", "text": "Größe", "page": "p1", "line": 3})
    (sample,) = read(tmp_path)
    assert (sample.set, sample.name, sample.text, sample.group) == (tmp_path.name, "a/1.png", "Größe", "p1")
    assert sample.read() == data
    assert sample.split in SPLITS


@pytest.mark.parametrize(
    ("file", "header"),
    [
        ("labels.csv", "file,label,writer"),
        ("data.csv", "file_name,text,writer_id"),
        ("labels.csv", "FILENAME,IDENTITY,group"),
        ("labels.csv", "\ufeffimage,text,document"),
    ],
)
def test_tables_are_read_whatever_their_columns_are_called(tmp_path: Path, file: str, header: str) -> None:
    (tmp_path / file).write_text(f'{header}\n1.png,"Weg, am",w1\n2.png,7,w2\n', encoding="utf-8")
    assert [(s.name, s.text, s.group) for s in read(tmp_path)] == [("1.png", "Weg, am", "w1"), ("2.png", "7", "w2")]


def test_a_folder_per_class_is_read(tmp_path: Path) -> None:
    for name in ("b/2.png", "a/1.PNG", "a/notes.txt"):
        picture(tmp_path, name)
    assert [(s.name, s.text) for s in read(tmp_path)] == [("a/1.PNG", "a"), ("b/2.png", "b")]


def test_without_a_writer_equal_pictures_are_one_group(tmp_path: Path) -> None:
    for name in ("a/1.png", "a/2.png"):
        picture(tmp_path, name)
    picture(tmp_path, "b/33.png")
    one, two, other = read(tmp_path)
    assert one.group == two.group != other.group


def test_a_split_is_the_tables_or_the_rows_or_follows_from_the_group(tmp_path: Path) -> None:
    name = tmp_path.name
    lines(
        tmp_path,
        {"image": "1.png", "text": "a", "split": "gate", "writer": "w"},
        {"image": "2.png", "text": "a", "split": "gate", "writer": "w"},
        {"image": "3.png", "text": "a", "writer": "v"},
        {"image": "4.png", "text": "a", "writer": "v", "split": ""},
    )
    samples = read(tmp_path, f"set,image,group,split\n{name},1.png,known,unseen\nother,2.png,known,unseen\n")
    assert [(s.group, s.split) for s in samples[:2]] == [("known", "unseen"), ("w", "gate")]
    assert samples[2].split == samples[3].split


def test_a_picture_that_is_missing_is_reported_when_it_is_read(tmp_path: Path) -> None:
    lines(tmp_path, {"image": "gone.png", "text": "a"})
    (sample,) = read(tmp_path)
    with pytest.raises(OSError, match=r"gone\.png"):
        sample.read()


@pytest.mark.parametrize("name", ["../secret.png", "/etc/hostname"])
def test_a_picture_outside_its_folder_is_not_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    picture(tmp_path, "secret.png")
    lines(tmp_path / "in", {"image": name, "text": "a"})
    (sample,) = read(tmp_path / "in")
    with pytest.raises(OSError, match="outside its folder"):
        sample.read()


def test_an_empty_text_is_kept_for_validation_to_name(tmp_path: Path) -> None:
    lines(tmp_path, {"image": "1.png", "text": ""})
    assert [s.text for s in read(tmp_path)] == [""]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"image": "1.png", "text": "a"}\n{"image": "2.png"}\n', "line 2: needs one of"),
        (b'{"image": "1.png", "text": null}\n', "line 1: needs one of"),
        (b'\n{"image": "1.png", "text": "a"}\nnonsense\n', "line 3: not JSON"),
        (b'["1.png", "a"]\n', "line 1: not an object"),
        (b'{"image": "1.png", "text": "a"}\n{"image": "2.png", "text": "\xe4"}\n', "line 2: not UTF-8"),
        (b'{"image": "1.png", "text": "a", "split": "tset"}\n', "line 1: unknown split 'tset'. Use one of train"),
    ],
)
def test_what_is_wrong_in_lines_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "lines.jsonl").write_bytes(content)
    with pytest.raises(DatasetError) as error:
        read(tmp_path)
    assert f"{tmp_path / 'lines.jsonl'}, {said}" in error.value.sentence


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"path,label\n1.png,a\n", "line 2: needs one of file, file_name"),
        (b"file,label\n1.png,a\n\n2.png\n", "line 4: needs one of"),
        (b'file,label\n1.png,"two\nlines"\n,b\n', "line 4: needs one of"),
        (b"file,label\n1.png,a\n2.png,\xe4\n", "line 3: not UTF-8"),
        (b"file,label,split\n1.png,a,training\n", "line 2: unknown split 'training'"),
        (b"file,label\n1.png," + b"a" * 140_000 + b"\n", "line 2: field larger"),
    ],
)
def test_what_is_wrong_in_a_table_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "labels.csv").write_bytes(content)
    with pytest.raises(DatasetError) as error:
        read(tmp_path)
    assert f"{tmp_path / 'labels.csv'}, {said}" in error.value.sentence


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("s,1.png,g,trian", "line 2: unknown split 'trian'"),
        ("s,1.png,g,", "line 2: needs"),
        ("s,,g,train", "line 2: needs"),
    ],
)
def test_what_is_wrong_in_a_table_of_splits_is_named(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(DatasetError, match=f"splits.csv, {said}"):
        read(tmp_path, f"set,image,group,split\n{row}\n")


def test_an_empty_folder_says_what_it_should_hold(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"lines\.jsonl, labels\.csv, data\.csv nor a folder of pictures"):
        read(tmp_path)


def test_a_folder_that_is_none_is_reported(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="is not a folder"):
        read(tmp_path / "nowhere")


def test_what_a_folder_cannot_be_named_is_in_a_table(tmp_path: Path) -> None:
    for name in ("slash/1.png", "A_/22.png", "a/333.png", "7/4444.png"):
        picture(tmp_path, name)
    (tmp_path / "classes.csv").write_text("folder,text\nslash,/\nA_,A\n", encoding="utf-8")
    assert [s.text for s in read(tmp_path)] == ["7", "A", "a", "/"]
    assert [s.text for s in read_classes(Source(tmp_path, "x"), classes={"7": "seven"})] == ["seven", "A", "a", "/"]


def test_a_table_of_classes_with_a_gap_is_reported(tmp_path: Path) -> None:
    picture(tmp_path, "a/1.png")
    (tmp_path / "classes.csv").write_text("folder,text\na,\n", encoding="utf-8")
    with pytest.raises(DatasetError, match=r"classes\.csv, line 2: needs folder and text"):
        read(tmp_path)


def test_folders_of_classes_below_folders_of_splits_are_read(tmp_path: Path) -> None:
    for i in range(40):
        picture(tmp_path, f"train/a/{'x' * i}.png", text=str(i))
    picture(tmp_path, "Testing/b/1.png")
    samples = read(tmp_path)
    assert {s.text for s in samples if s.name.startswith("Testing")} == {"b"}
    assert {s.split for s in samples if s.name.startswith("Testing")} == {"test"}
    assert {s.split for s in samples if s.name.startswith("train")} == {"train", "validation", "gate"}


def test_classes_that_are_called_like_splits_are_classes(tmp_path: Path) -> None:
    for name in ("test/1.png", "train/22.png"):
        picture(tmp_path, name)
    assert {s.text for s in read(tmp_path)} == {"test", "train"}
